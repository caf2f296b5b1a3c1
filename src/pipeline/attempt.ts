/**
 * One upstream try: its own abort signal with a reason, its times, its end. While it is watched, the heartbeat asks whether
 * the client is still there and whether the provider is late: a listener on the client's signal for each request took 3 µs of
 * each, and within a second is soon enough.
 */
import type { Watched } from '../lib/watch.ts'
import { AppError } from '../neutral/error.ts'
import type { Billing, FormId } from '../neutral/model.ts'
import type { AttemptRecord, Outcome } from '../neutral/record.ts'
import type { Usage } from '../neutral/usage.ts'
import { isUnsent, networkCode, noAnswerOf, type NoAnswer } from '../rules/failure.ts'

/** `ours`: we have no use for the answer. `limit`: it would cost more than may be spent. */
export type StopReason = 'client' | 'first-byte' | 'idle' | 'ours' | 'limit'

/** Where an attempt goes, decided before it is sent. */
export interface Target {
  readonly provider: string
  /** The provider's own model id; null on raw paths. */
  readonly model: string | null
  readonly billing: Billing
  /** How the provider was found: `mount`, `prefix`, … */
  readonly by: string
  /** The wire format it is asked in. */
  readonly form: FormId
}

export class Attempt implements Watched {
  readonly target: Target
  readonly startedMs: number
  /** Monotonic ms. */
  readonly startedAt: number
  /** What was set aside for it; null where nothing is guarded. */
  expected: Usage | null = null
  readonly #controller = new AbortController()
  readonly #isGone: () => boolean
  #earlier: readonly AttemptRecord[]
  #stopped: StopReason | null = null
  #dueAt = Infinity
  #late: StopReason = 'first-byte'

  /** @param isGone Whether the client has hung up. */
  constructor(
    target: Target,
    earlier: readonly AttemptRecord[],
    startedMs: number,
    startedAt: number,
    isGone: () => boolean,
  ) {
    this.target = target
    this.#earlier = earlier
    this.startedMs = startedMs
    this.startedAt = startedAt
    this.#isGone = isGone
  }

  /** Attempts of the same call before this one, or beside it, that came to nothing. */
  get earlier(): readonly AttemptRecord[] {
    return this.#earlier
  }

  /** From 1. */
  get number(): number {
    return this.#earlier.length + 1
  }

  /** Takes in attempts that ran beside it: the row knows one order, and each number once. */
  outlive(others: readonly AttemptRecord[]): void {
    this.#earlier = [...this.#earlier, ...others].map((record, index) => ({ ...record, number: index + 1 }))
  }

  get signal(): AbortSignal {
    return this.#controller.signal
  }

  /** Ends the upstream call; the first reason counts. */
  stop(reason: StopReason): void {
    if (this.#stopped !== null) return
    this.#stopped = reason
    this.#controller.abort(new DOMException(reason, 'AbortError'))
  }

  #cut: AppError | null = null

  /** Ends the upstream call because a limit is reached. @param error What the client is told. */
  cut(error: AppError): void {
    this.#cut ??= error
    this.stop('limit')
  }

  get stopped(): StopReason | null {
    return this.#stopped
  }

  /** From now on the attempt is stopped with this reason at that time. @param dueAt Monotonic ms. */
  expect(late: StopReason, dueAt: number): void {
    this.#late = late
    this.#dueAt = dueAt
  }

  /** Asks after the client. */
  look(): void {
    if (this.#isGone()) this.stop('client')
  }

  tick(now: number): void {
    this.look()
    if (now >= this.#dueAt) this.stop(this.#late)
  }

  #isOver = false
  /** null for none, as nearly always. */
  #endings: (() => void)[] | null = null

  /** Called once the attempt is over, however it ended. */
  whenOver(ending: () => void): void {
    if (this.#isOver) ending()
    else (this.#endings ??= []).push(ending)
  }

  /** It is settled, or given up. */
  over(): void {
    this.#isOver = true
    const endings = this.#endings
    this.#endings = null
    if (endings !== null) for (const ending of endings) ending()
  }

  /** For an answer that ended properly and before its end. */
  endedEarly(): AppError {
    return new AppError('provider-failed', `${this.target.provider} ended its answer before it was whole.`)
  }

  /** Why no answer came; null where nobody waited for one any more. */
  noAnswer(fault: unknown): NoAnswer | null {
    if (this.#stopped === null) return noAnswerOf(fault)
    return this.#stopped === 'first-byte' || this.#stopped === 'idle' ? 'silent' : null
  }

  /** What a fault of the upstream call means, seen with why it was stopped. */
  judge(fault: unknown): { readonly outcome: Outcome; readonly error: AppError } {
    const { provider } = this.target
    switch (this.#stopped) {
      case 'client':
        return { outcome: 'client_abort', error: new AppError('provider-failed', 'The client hung up.') }
      case 'ours':
        return { outcome: 'failed', error: new AppError('internal', 'RelayPlane ended the call.') }
      case 'limit':
        return { outcome: 'failed', error: this.#cut ?? new AppError('budget-exceeded', 'The answer was ended.') }
      case 'first-byte':
        return {
          outcome: 'timeout',
          error: new AppError('timed-out', `${provider} did not answer in time (timeouts.firstByteSeconds).`),
        }
      case 'idle':
        return {
          outcome: 'timeout',
          error: new AppError(
            'timed-out',
            `${provider} fell silent in the middle of its answer (timeouts.idleSeconds).`,
          ),
        }
      case null:
        return {
          outcome: isUnsent(fault) ? 'failed' : 'upstream_reset',
          error: networkError(provider, fault),
        }
    }
  }
}

function networkError(provider: string, fault: unknown): AppError {
  const code = networkCode(fault)
  if (noAnswerOf(fault) === 'unable')
    return new AppError(
      'unavailable',
      `RelayPlane could open no connection to ${provider} (${code}): this machine, or the process, has no files or ports left for it. Raise the limit of open files, or try again with fewer requests at once.`,
      { cause: fault },
    )
  return new AppError(
    'provider-unreachable',
    `The connection to ${provider} failed (${code}). Check the network and the provider's base URL, or try again.`,
    { cause: fault },
  )
}
