/**
 * The main thread's side of the worker that reads the store: each question has a deadline, and a worker that died or hangs
 * is replaced.
 */
import type { AgentPage, BudgetHistory } from '../control/guard-shapes.ts'
import type { Savings } from '../control/savings-shapes.ts'
import type { RunDetail, RunPage, Stats } from '../control/shapes.ts'
import type { SignalPage } from '../control/signals-shapes.ts'
import type { Clock } from '../lib/clock.ts'
import type { Log } from '../lib/log.ts'
import { AppError } from '../neutral/error.ts'
import type { Simulation } from '../neutral/simulation.ts'
import type { Showing } from '../neutral/showing.ts'
import type { CacheUses } from './cache-uses.ts'
import {
  parseFilters,
  parseJudge,
  parseListQuery,
  parseSessionQuery,
  parseSignalFilters,
  type Judged,
  type RawQuery,
} from './filters.ts'
import { parseDays } from './guard-history.ts'
import type { LifetimeSum } from './lifetime.ts'
import type { MeasuredHealth } from './provider-health.ts'
import type {
  Answers,
  FromWorker,
  Gate,
  QuestionName,
  Questions,
  RepriceRange,
  Settings,
  ToWorker,
} from './reader-messages.ts'
import type { RecentSpend } from './recent-spend.ts'
import type { RepriceResult } from './reprice.ts'
import type { RecordedSession } from './session-list.ts'
import { defaultSimulated, simulatedSpan } from './simulate.ts'

export interface Reader {
  /** All of these reject with an AppError: `invalid-request` names the parameter, `timed-out`, `unavailable`. */
  stats(query: RawQuery): Promise<Stats>
  savings(query: RawQuery): Promise<Savings>
  signals(query: RawQuery): Promise<SignalPage>
  /** What requests before that moment showed of models, each list one request's, in their order. */
  recentShowings(beforeMs: number): Promise<readonly (readonly Showing[])[]>
  runs(query: RawQuery): Promise<RunPage>
  run(id: string): Promise<RunDetail>
  providerHealth(): Promise<MeasuredHealth[]>
  lifetime(): Promise<LifetimeSum[]>
  /** @param billing The kinds that count. */
  budgetHistory(query: RawQuery, billing: readonly string[]): Promise<BudgetHistory>
  recentSpend(billing: readonly string[]): Promise<RecentSpend>
  cacheUses(): Promise<CacheUses>
  sessions(query: RawQuery): Promise<RecordedSession[]>
  agents(query: RawQuery): Promise<AgentPage>
  /** @param name null gives it its own name again. */
  renameAgent(agent: string, name: string | null): Promise<AgentPage>
  /** @param limit The newest so many. @param world What the worker decides by. */
  simulate(window: RawQuery, limit: number | undefined, world: unknown): Promise<Simulation>
  /** Runs for as long as it takes; one at a time. */
  reprice(range: RepriceRange, priceSettings: unknown): Promise<RepriceResult>
  /** The list's filters for requests as they end. @throws AppError `invalid-request` that names the parameter. */
  judge(query: RawQuery): (run: Judged) => boolean
  /** After a change of the settings. */
  keep(retentionDays: number | null): void
  /** After the main thread has opened another file. */
  reopen(): void
  /** True while the worker holds, or waits for, the write lock: for a few milliseconds. */
  isWriting(): boolean
  /** Requests not yet in the roll-ups, as last heard. */
  unfoldedRows(): number
  /** Lets the worker close the database, for a moment at most. */
  close(): Promise<void>
}

export interface ReaderParts extends Settings {
  readonly clock: Clock
  readonly log: Log
  /** Starts a worker that serves {@link ToWorker}. */
  readonly start: () => Worker
  /** 10 s unless given. */
  readonly deadlineMs?: number
  /** Which file the main thread writes to (`fileAt`), so that both use the same; any unless given. */
  readonly file?: () => string
  /** Told of a file that the worker found corrupt. */
  readonly damaged?: (file: string) => void
}

/** Above this the answers would come too late for whoever asks. */
const maxWaiting = 64
/** A worker that keeps dying is started no more often than this in a minute. */
const maxStarts = 5
const startsWindowMs = 60_000
/** Between the end of a worker and its successor, where no question needs one sooner. */
const restMs = 1000
const simulateDeadlineMs = 120_000
const repriceDeadlineMs = 24 * 3_600_000
const closeDeadlineMs = 2000

interface Waiting {
  readonly resolve: (value: unknown) => void
  readonly reject: (fault: AppError) => void
  readonly timer: ReturnType<typeof setTimeout>
}

export function openReader({ clock, log, start, deadlineMs = 10_000, file, damaged, ...initial }: ReaderParts): Reader {
  let settings: Settings = initial
  let worker: Worker | null = null
  let lastId = 0
  let heardAtMs = 0
  let unfoldedRows = 0
  let isClosed = false
  let starts: number[] = []
  let hasStopped = () => {}
  let revival: ReturnType<typeof setTimeout> | null = null
  const waiting = new Map<number, Waiting>()
  const gate: Gate = new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT))

  const post = (message: ToWorker) => worker?.postMessage(message)
  const tell = () => post({ kind: 'settings', gate, file: file?.() ?? null, ...settings })

  function ready(): void {
    if (worker !== null) return
    const nowMs = clock.monotonic()
    starts = starts.filter((at) => nowMs - at < startsWindowMs)
    if (starts.length === maxStarts)
      throw unavailable('The worker that reads the database keeps failing; it is tried again in a minute.')
    starts.push(nowMs)
    heardAtMs = nowMs
    const started = start()
    worker = started
    started.addEventListener('message', ({ data }: MessageEvent<FromWorker>) => worker === started && hear(data))
    started.addEventListener('error', (event) => drop(started, event.message))
    started.addEventListener('close', () => drop(started, 'it ended'))
    tell()
  }

  function hear(message: FromWorker): void {
    heardAtMs = clock.monotonic()
    switch (message.kind) {
      case 'answer':
        return take(message.id)?.resolve(message.value)
      case 'refusal':
        return take(message.id)?.reject(new AppError(message.code, message.message, { status: message.status }))
      case 'state':
        unfoldedRows = message.unfoldedRows
        return
      case 'warning':
        return log.warn(message.sentence)
      case 'damaged':
        return damaged?.(message.file)
      case 'stopped':
        return hasStopped()
    }
    message satisfies never
  }

  function take(id: number): Waiting | undefined {
    const one = waiting.get(id)
    waiting.delete(id)
    clearTimeout(one?.timer)
    return one
  }

  /** The next question starts another; so does time, since the chores have to go on. */
  function drop(dead: Worker, why: string): void {
    if (worker !== dead) return
    worker = null
    dead.terminate()
    Atomics.store(gate, 0, 0)
    if (isClosed) return
    log.warn(`The worker that reads the database was replaced: ${why}.`)
    for (const id of waiting.keys()) take(id)?.reject(unavailable('The database is being opened again; try once more.'))
    revival = setTimeout(revive, restMs)
  }

  function revive(): void {
    try {
      ready()
    } catch (fault) {
      log.warn(fault instanceof Error ? fault.message : 'The worker that reads the database did not start.')
      revival = setTimeout(revive, startsWindowMs)
    }
  }

  function ask<Name extends QuestionName>(
    name: Name,
    params: Questions[Name],
    within = deadlineMs,
  ): Promise<Answers[Name]> {
    const { promise, resolve, reject } = Promise.withResolvers<unknown>()
    try {
      if (isClosed) throw unavailable('RelayPlane is stopping.')
      if (waiting.size >= maxWaiting) throw unavailable('Too many questions wait for the database; ask again later.')
      ready()
      const id = ++lastId
      waiting.set(id, { resolve, reject, timer: setTimeout(() => expire(id), within) })
      post({ kind: 'ask', id, name, params })
    } catch (fault) {
      reject(fault)
    }
    return promise as Promise<Answers[Name]>
  }

  function expire(id: number): void {
    take(id)?.reject(new AppError('timed-out', 'The database took too long to answer.'))
    // One slow question is late; a worker that says nothing at all hangs.
    if (worker !== null && clock.monotonic() - heardAtMs >= deadlineMs) drop(worker, 'it hung')
  }

  // Chores run from the start, not from the first question.
  revive()
  return {
    stats: async (query) => ask('stats', { filters: parseFilters(query), nowMs: clock.now() }),
    savings: async (query) => ask('savings', { filters: parseFilters(query), nowMs: clock.now() }),
    signals: async (query) => ask('signals', { filters: parseSignalFilters(query), nowMs: clock.now() }),
    recentShowings: (beforeMs) => ask('recentShowings', { beforeMs }),
    runs: async (query) => ask('runs', { query: parseListQuery(query), nowMs: clock.now() }),
    run: (id) => ask('run', { id }),
    providerHealth: () => ask('providerHealth', { nowMs: clock.now() }),
    lifetime: () => ask('lifetime', {}),
    budgetHistory: async (query, billing) =>
      ask('budgetHistory', { days: parseDays(query), billing, nowMs: clock.now() }),
    recentSpend: (billing) => ask('recentSpend', { billing, nowMs: clock.now() }),
    cacheUses: () => ask('cacheUses', {}),
    sessions: async (query) => ask('sessions', { query: parseSessionQuery(query), nowMs: clock.now() }),
    agents: async (query) => ask('agents', { filters: parseFilters(query), nowMs: clock.now() }),
    renameAgent: (agent, name) => ask('renameAgent', { agent, name, nowMs: clock.now() }),
    simulate: async (window, limit = defaultSimulated, world) =>
      ask('simulate', { span: simulatedSpan(window, clock.now()), limit, world }, simulateDeadlineMs),
    reprice: (range, priceSettings) => ask('reprice', { range, priceSettings }, repriceDeadlineMs),
    judge: parseJudge,
    keep(retentionDays) {
      settings = { ...settings, retentionDays }
      tell()
    },
    reopen: tell,
    isWriting: () => Atomics.load(gate, 0) === 1,
    unfoldedRows: () => unfoldedRows,
    async close() {
      if (isClosed) return
      isClosed = true
      if (revival !== null) clearTimeout(revival)
      for (const id of waiting.keys()) take(id)?.reject(unavailable('RelayPlane is stopping.'))
      const { promise, resolve } = Promise.withResolvers<void>()
      hasStopped = resolve
      const timer = setTimeout(resolve, closeDeadlineMs)
      if (worker === null) resolve()
      else post({ kind: 'stop' })
      await promise
      clearTimeout(timer)
      worker?.terminate()
      worker = null
    },
  }
}

const unavailable = (sentence: string): AppError => new AppError('unavailable', sentence)
