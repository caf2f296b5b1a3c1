/** The live feed: one stream for the whole page, opened again with back-off, and what it says of its own state. */
import type { Run } from '../../src/control/shapes.ts'
import type { StreamHandlers } from '../api.ts'

export interface LiveState {
  /** `idle`: the page is hidden, and the connection is left to those that are seen. */
  readonly connection: 'idle' | 'connecting' | 'live' | 'lost'
  /** Requests being served now; null until the stream says. */
  readonly inflight: number | null
}

export interface LiveListener {
  run?(run: Run): void
  /** What was read before may be missing something. */
  gap?(): void
}

/** Opens a stream, returns how to close it. */
export type OpenStream = (handlers: StreamHandlers) => () => void
/** Calls back after a while, returns how to cancel that. */
export type After = (ms: number, act: () => void) => () => void

const waitsMs = [1_000, 2_000, 4_000, 8_000] as const
const longestWaitMs = 10_000

export const afterTimeout: After = (ms, act) => {
  const timer = setTimeout(act, ms)
  return () => clearTimeout(timer)
}

export class LiveFeed {
  readonly #open: OpenStream
  readonly #after: After
  readonly #listeners = new Set<LiveListener>()
  readonly #watchers = new Set<() => void>()
  #state: LiveState = { connection: 'idle', inflight: null }
  #failures = 0
  #wasLive = false
  #stop: () => void = () => {}

  constructor(open: OpenStream, after: After = afterTimeout) {
    this.#open = open
    this.#after = after
  }

  readonly state = (): LiveState => this.#state

  /** For `useSyncExternalStore`: told whenever `state()` changes. */
  readonly watch = (watcher: () => void): (() => void) => {
    this.#watchers.add(watcher)
    return () => this.#watchers.delete(watcher)
  }

  listen(listener: LiveListener): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  /** Opens the stream now: at the start, when the page is seen again, and when the reader asks to. */
  readonly connect = (): void => {
    this.#stop()
    if (this.#failures === 0) this.#become({ connection: 'connecting' })
    this.#stop = this.#open({
      open: () => this.#opened(),
      run: (run) => this.#tell((listener) => listener.run?.(run)),
      inflight: (inflight) => this.#become({ inflight }),
      gap: () => this.#tell((listener) => listener.gap?.()),
      lost: () => this.#lost(),
    })
  }

  readonly disconnect = (): void => {
    this.#stop()
    this.#stop = () => {}
    this.#failures = 0
    this.#become({ connection: 'idle', inflight: null })
  }

  #opened(): void {
    this.#failures = 0
    this.#become({ connection: 'live' })
    if (this.#wasLive) this.#tell((listener) => listener.gap?.())
    this.#wasLive = true
  }

  #lost(): void {
    const waitMs = waitsMs[this.#failures] ?? longestWaitMs
    this.#failures += 1
    this.#become({ connection: 'lost', inflight: null })
    this.#stop = this.#after(waitMs, this.connect)
  }

  #tell(call: (listener: LiveListener) => void): void {
    for (const listener of this.#listeners) call(listener)
  }

  #become(change: Partial<LiveState>): void {
    const next = { ...this.#state, ...change }
    if (next.connection === this.#state.connection && next.inflight === this.#state.inflight) return
    this.#state = next
    for (const watcher of this.#watchers) watcher()
  }
}
