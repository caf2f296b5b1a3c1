/**
 * Stage 2, cache: looks for a kept answer to the same request, and has one of several that ask the same at once do it for all. Off
 * unless the settings turn it on; a fault of ours is a miss.
 */
import { Elysia } from 'elysia'
import type { Services } from '../app/services.ts'
import { cacheKey } from '../rules/cache-key.ts'
import { requestVerdict } from '../rules/cacheable.ts'
import type { Kept } from './cache-entry.ts'
import { keyPartsOf, routingOf } from './cache-parts.ts'
import type { Call } from './call.ts'
import { openWrites, type Writes } from './cache-writes.ts'
import { openFlights, type Flight, type Flights } from './flight.ts'
import { guarded } from './guarded.ts'
import { parse } from './parse.ts'
import { jsonOf } from './parsed-body.ts'
import { replay, type Replay } from './replay.ts'
import { wantsBypass } from './wants-bypass.ts'
import { isAnswer } from './ways.ts'

export type CacheLookup =
  /** It has no part in this call. */
  | { readonly kind: 'off' }
  /** Neither looked up nor kept. */
  | { readonly kind: 'bypass' }
  | Miss
  | Hit
  /** The client hung up while it waited for another's answer. */
  | { readonly kind: 'left' }

export interface Miss {
  readonly kind: 'miss'
  readonly key: string
  /** That the key was made in. */
  readonly mode: 'exact' | 'aggressive'
  /** Others may wait for this answer; null where nobody does. */
  readonly flight: Flight | null
  /** Keeps the answer. */
  readonly put: (entry: Kept) => Promise<void>
}

export interface Hit {
  readonly kind: 'hit'
  readonly entry: Kept
  readonly replay: Replay
}

export const cache = (s: Services) => {
  const lookUp = openLookup(s)
  return new Elysia({ name: 'stage/cache' })
    .use(parse(s))
    .resolve(async ({ call }) => ({
      cached: await guarded<CacheLookup>(
        'cache',
        call.notes,
        s.log,
        () => (hasPart(call, s) ? lookUp(call) : off),
        () => off,
      ),
    }))
    .as('scoped')
}

const off: CacheLookup = { kind: 'off' }

function hasPart({ endpoint, refusal, notes }: Call, s: Services): boolean {
  const { enabled, cache } = s.config()
  return enabled && cache.enabled && refusal === null && isAnswer(endpoint) && notes.bypass.length === 0
}

function openLookup(s: Services): (call: Call) => Promise<CacheLookup> {
  const flights = openFlights({
    watch: s.watch,
    now: s.clock.monotonic,
    longestMs: () => s.config().timeouts.firstByteSeconds * 1000,
  })
  const [writes, routing] = [openWrites(), openRouting(s)]
  return (call) => lookUp(call, { flights, writes, routing: routing() }, s)
}

/** Made anew when the settings change. */
function openRouting(s: Services): () => string {
  let made: { readonly of: readonly unknown[]; readonly routing: string } | null = null
  return () => {
    const [config, providers] = [s.config(), s.providers()]
    if (made === null || made.of[0] !== config || made.of[1] !== providers)
      made = { of: [config, providers], routing: routingOf(config, providers.catalog) }
    return made.routing
  }
}

interface Desk {
  readonly flights: Flights
  readonly writes: Writes
  readonly routing: string
}

async function lookUp(call: Call, { flights, writes, routing }: Desk, s: Services): Promise<CacheLookup> {
  const settings = s.config().cache
  const wish = call.headers.get('x-relayplane-cache')?.trim().toLowerCase()
  if (wish === 'bypass' || wantsBypass(call.headers)) return bypass(call, 'the caller asked for it')
  const body = jsonOf(call)
  const verdict = requestVerdict(body, call.dialect, settings)
  if (!verdict.isCacheable) return bypass(call, verdict.why)
  const key = cacheKey(keyPartsOf(call, body, routing + rulesSee(call, s)), settings.mode)
  const put = (entry: Kept): Promise<void> => writes.run(key, () => s.responses.put(entry))
  const asked = { key, mode: settings.mode, put }
  if (wish === 'refresh') return miss(call, { ...asked, flight: null }, 'the caller asked for a fresh answer')
  await writes.done(key)
  const found = hit(call, await s.responses.get(key, s.clock.now()), s)
  if (found !== null) return found
  const waited = await flights.follow(key, call.isGone)
  if (waited === null) return miss(call, { ...asked, flight: flights.lead(key) }, 'no answer to it is kept')
  if (waited.kind === 'left' || call.isGone()) return left(call)
  const shared = waited.kind === 'shared' ? hit(call, waited.entry, s) : null
  const why = 'the same request was under way, and its answer can not be shared'
  return shared ?? miss(call, { ...asked, flight: flights.lead(key) }, why)
}

/** What a rule may go by beside the request itself. */
const rulesSee = ({ identity, tags, headers }: Call, s: Services): string =>
  s.config().routing.rules.length === 0
    ? ''
    : JSON.stringify([identity.agent?.name ?? null, tags, headers.get('x-relayplane-automated')])

function bypass(call: Call, why: string): CacheLookup {
  note(call, 'bypass', 'left it alone', why)
  return { kind: 'bypass' }
}

function left(call: Call): CacheLookup {
  note(call, 'miss', 'waited', 'the same request was under way, and the client hung up before it was answered')
  return { kind: 'left' }
}

function miss(call: Call, found: Omit<Miss, 'kind'>, why: string): CacheLookup {
  note(call, 'miss', 'found nothing', why)
  if (found.flight !== null) call.notes.isAwaited = found.flight.isAwaited
  return { kind: 'miss', ...found }
}

/** null where there is no answer, or none that this call could be given. */
function hit(call: Call, entry: Kept | null, s: Services): CacheLookup | null {
  const replayed = entry === null ? null : replay(call, entry)
  if (entry === null || replayed === null) return null
  const ageS = Math.max(0, Math.round((s.clock.now() - entry.createdMs) / 1000))
  note(call, 'hit', 'answered from the cache', `the same request was answered ${ageS} s ago`)
  return { kind: 'hit', entry, replay: replayed }
}

function note(call: Call, use: 'hit' | 'miss' | 'bypass', did: string, why: string): void {
  call.notes.cache = use
  call.notes.tell('x-relayplane-cache', use)
  call.notes.add('cache', did, why)
}
