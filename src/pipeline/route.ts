/**
 * Stage 7, route: which model is to answer. Where nothing but the caller's own word can decide, it says nothing and costs nothing;
 * else one pure function decides (`rules/route.ts`), and what it said stands in the trace.
 */
import { Elysia } from 'elysia'
import type { Services } from '../app/services.ts'
import { formatModelRef } from '../neutral/model.ts'
import { noShape } from '../neutral/shape.ts'
import { decideRoute } from '../rules/route.ts'
import type { RouteDecision, RouteFacts } from '../rules/route-facts.ts'
import type { Call } from './call.ts'
import { classify, type Classified, type Classify } from './classify.ts'
import { guardedNow } from './guarded.ts'
import { isNoModel, mayRoute } from './may-route.ts'
import { parse } from './parse.ts'
import { wantsBypass } from './wants-bypass.ts'
import { openRouteWorld, type WorldOf } from './route-world.ts'
import { askedModel } from './target.ts'
import { isAnswer, isTranslatable } from './ways.ts'

/** null: the request goes to the model that it names. */
export type Route = RouteDecision | null

export const route = (s: Services) => {
  const worldOf = openRouteWorld(s)
  return new Elysia({ name: 'stage/route' })
    .use(parse(s))
    .use(classify(s))
    .resolve(({ call, classified }) => ({ route: mayDecide(call, s) ? decide(call, classified, worldOf, s) : null }))
    .as('scoped')
}

/** Whether anything but the name in the request may have a say. */
const mayDecide = (call: Call, s: Services): boolean =>
  call.refusal === null &&
  isTranslatable(call.endpoint) &&
  call.notes.bypass.length === 0 &&
  mayRoute(askedModel(call), s.config())

const decide = (call: Call, classified: Classify, worldOf: WorldOf, s: Services): Route =>
  guardedNow(
    'route',
    call.notes,
    s.log,
    () => {
      const found = classified()
      // What nobody could look at goes where its caller wants.
      return found === null && isAnswer(call.endpoint) && !isNoModel(askedModel(call), s.config())
        ? null
        : judge(call, found, worldOf, s)
    },
    () => null,
  )

function judge(call: Call, classified: Classified | null, worldOf: WorldOf, s: Services): Route {
  const { routing, modelOverrides } = s.config()
  const facts = factsOf(call, classified, s)
  // A mode goes by what an answer takes, and a count takes none.
  const mode = isAnswer(call.endpoint) ? routing.mode : 'passthrough'
  const decision = decideRoute(facts, { ...routing, mode, modelOverrides }, worldOf(call))
  note(call, decision)
  return decision
}

function factsOf(call: Call, classified: Classified | null, s: Services): RouteFacts {
  const { headers, requestedModel, mount, identity, tags } = call
  const { shape } = classified ?? {}
  const inputTokens = classified?.inputTokens ?? 0
  const conversation = conversationOf(call)
  return {
    asked: requestedModel,
    header: headers.get('x-relayplane-model') || null,
    isBypassed: wantsBypass(headers),
    mount,
    agent: identity.agent?.name ?? null,
    tags,
    task: classified?.task ?? 'general',
    complexity: classified?.complexity ?? null,
    isAutomated: (classified?.automated ?? null) !== null,
    inputTokens,
    expectedOutputTokens: classified?.expectedOutputTokens ?? 0,
    needs: {
      hasTools: call.facts.toolCount > 0,
      media: shape?.media ?? noShape.media,
      inputTokens,
      wantsSchema: shape?.wantsSchema === true,
      wantsThinking: false,
    },
    isMidToolLoop: shape?.isToolTurn === true,
    home: conversation === null ? null : homeOf(conversation, s),
    sideCall: classified?.sideCall ?? null,
  }
}

function homeOf(conversation: string, s: Services): RouteFacts['home'] {
  return s.homes.of(conversation, s.clock.now())
}

/** A session holds several conversations: an agent's own, those of its helpers. null where nothing tells it from others. */
export function conversationOf({ identity, facts }: Call): string | null {
  if (identity.session === null) return null
  const { system, user } = facts.opening
  return `${identity.session.id} ${Bun.hash.xxHash64(`${system}\n${user}`).toString(36)}`
}

/** Enough to explain a decision; a list of a hundred is none. */
const mostNamed = 8

function note({ notes }: Call, { rule, reason, candidates, rejected, switch: moved }: RouteDecision): void {
  notes.add('route', `by ${rule}`, reason)
  for (const { ref, why } of candidates.slice(0, mostNamed)) notes.add('route', `candidate ${formatModelRef(ref)}`, why)
  for (const { name, why } of rejected.slice(0, mostNamed)) notes.add('route', `not ${name}`, `it ${why}`)
  if (moved !== null)
    notes.add('route', `${moved.verdict}: ${formatModelRef(moved.from)} or ${formatModelRef(moved.to)}`, moved.why)
}
