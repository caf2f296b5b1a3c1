/** The sums of a replay: then and now, by what would have decided, by kind of work, by session and by pair of models. */
import { formatModelRef, type ModelRef } from '../neutral/model.ts'
import type {
  PastRequest,
  SimulatedChange,
  SimulatedGroup,
  SimulatedPair,
  SimulatedSum,
  Simulation,
} from '../neutral/simulation.ts'
import { isSame } from './route-screen.ts'
import type { Replayed } from './simulate.ts'

export interface SimulationSums {
  add(past: PastRequest, replayed: Replayed): void
  skip(count: number): void
  /** @param isCut There was more than was replayed. */
  result(isCut: boolean): Simulation
}

const shownSessions = 20
const shownPairs = 50
const shownChanges = 10

type Sum = { -readonly [Name in keyof SimulatedSum]: SimulatedSum[Name] }
type Groups = Map<string, Sum>
type Sums = ReturnType<typeof emptySums>

export function openSimulationSums(): SimulationSums {
  const sums = emptySums()
  return {
    skip: (count) => void (sums.skipped += count),
    add: (past, replayed) => add(sums, past, replayed),
    result: (isCut) => resultOf(sums, isCut),
  }
}

const zero = (): Sum => ({ requests: 0, changed: 0, thenNanoUsd: 0, nowNanoUsd: 0 })

const emptySums = () => ({
  fromMs: null as number | null,
  toMs: null as number | null,
  replayed: 0,
  skipped: 0,
  unpriced: 0,
  refused: 0,
  stayed: 0,
  unscored: 0,
  totals: zero(),
  metered: { thenNanoUsd: 0, nowNanoUsd: 0 },
  cacheLost: { requests: 0, tokens: 0 },
  byRule: new Map() as Groups,
  byTask: new Map() as Groups,
  bySession: new Map() as Groups,
  byPair: new Map<string, Sum & { readonly from: string; readonly to: string }>(),
  changes: [] as SimulatedChange[],
})

function add(sums: Sums, past: PastRequest, replayed: Replayed): void {
  const { from, to, thenNanoUsd, nowNanoUsd, lostTokens } = replayed
  sums.replayed++
  sums.fromMs ??= past.startedMs
  sums.toMs = past.startedMs
  if (replayed.isUnscored) sums.unscored++
  if (replayed.hasStayed) sums.stayed++
  if (to === null) {
    sums.refused++
    return
  }
  if (lostTokens > 0) {
    sums.cacheLost.requests++
    sums.cacheLost.tokens += lostTokens
  }
  if (from === null || thenNanoUsd === null || nowNanoUsd === null) {
    sums.unpriced++
    return
  }
  addPriced(sums, past, replayed, { from, to, thenNanoUsd, nowNanoUsd })
}

interface Priced {
  readonly from: ModelRef
  readonly to: ModelRef
  readonly thenNanoUsd: number
  readonly nowNanoUsd: number
}

function addPriced(sums: Sums, past: PastRequest, replayed: Replayed, priced: Priced): void {
  const { thenNanoUsd, nowNanoUsd } = priced
  const isChanged = !isSame(priced.from, priced.to)
  const count = (sum: Sum): void => {
    sum.requests++
    if (isChanged) sum.changed++
    sum.thenNanoUsd += thenNanoUsd
    sum.nowNanoUsd += nowNanoUsd
  }
  count(sums.totals)
  count(groupOf(sums.byRule, replayed.decision.rule))
  count(groupOf(sums.byTask, replayed.task))
  count(groupOf(sums.bySession, past.session ?? ''))
  if (replayed.thenBilling === 'metered') sums.metered.thenNanoUsd += thenNanoUsd
  if (replayed.nowBilling === 'metered') sums.metered.nowNanoUsd += nowNanoUsd
  const [from, to] = [formatModelRef(priced.from), formatModelRef(priced.to)]
  const pair = sums.byPair.get(`${from}\n${to}`) ?? { ...zero(), from, to }
  sums.byPair.set(`${from}\n${to}`, pair)
  count(pair)
  if (isChanged) noteChange(sums.changes, past, replayed, { from, to, thenNanoUsd, nowNanoUsd })
}

function groupOf(groups: Groups, key: string): Sum {
  const sum = groups.get(key) ?? zero()
  groups.set(key, sum)
  return sum
}

/** Few are kept at any time: of a hundred thousand requests nobody sorts all. */
function noteChange(
  changes: SimulatedChange[],
  { id, session }: PastRequest,
  { decision: { rule, reason } }: Replayed,
  moved: Pick<SimulatedChange, 'from' | 'to' | 'thenNanoUsd' | 'nowNanoUsd'>,
): void {
  const last = changes[shownChanges - 1]
  if (last !== undefined && distance(last) >= distance(moved)) return
  changes.push({ id, session, ...moved, rule, reason })
  changes.sort((a, b) => distance(b) - distance(a))
  changes.length = Math.min(changes.length, shownChanges)
}

type Moved = Pick<SimulatedSum, 'thenNanoUsd' | 'nowNanoUsd'>

const distance = ({ thenNanoUsd, nowNanoUsd }: Moved): number => Math.abs(nowNanoUsd - thenNanoUsd)

function resultOf(sums: Sums, isCut: boolean): Simulation {
  return {
    ...sums,
    isCut,
    byRule: listed(sums.byRule),
    byTask: listed(sums.byTask),
    bySession: listed(sums.bySession)
      .toSorted((a, b) => distance(b) - distance(a))
      .slice(0, shownSessions),
    byPair: byRequests<SimulatedPair>([...sums.byPair.values()]).slice(0, shownPairs),
    assumed: assumptions,
  }
}

const listed = (groups: Groups): readonly SimulatedGroup[] =>
  byRequests([...groups].map(([key, sum]) => ({ key, ...sum })))

const byRequests = <T extends SimulatedSum>(sums: readonly T[]): readonly T[] =>
  sums.toSorted((a, b) => b.requests - a.requests)

const assumptions: readonly string[] = [
  'Quality is not simulated: whether another model would have done the work is not known, nor how many turns it would have taken.',
  'Answers are as long as they were, and every client asks what it asked, whatever it would have been answered.',
  'A conversation that goes to another model loses its prompt cache and reads it anew, at the dearer of the prices for input and for writing to a cache; after that it is cached there as it was.',
  'Who is configured, has a key, and what it costs is as now and at the price of the day; no provider rests, and no record of how models did is looked at.',
  'The kind of work is the one that was expected before the call; where a row does not tell that, it is told by the input and by an answer of up to 4,000 tokens.',
  'Of a cascade the first model is taken: nobody knows which answers would have been tried again.',
]
