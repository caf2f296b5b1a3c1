/**
 * Stage 6, classify: what kind of work a request is, how hard it looks, whether a person asked for it. Told from its shape and the
 * last words of a person, which are kept nowhere. It is worked out when somebody asks: before the call where that decides where it
 * goes, else while the provider works on it.
 */
import { Elysia } from 'elysia'
import type { Services } from '../app/services.ts'
import { AppError } from '../neutral/error.ts'
import type { TaskType } from '../neutral/model.ts'
import type { RequestShape } from '../neutral/shape.ts'
import { totalInputTokens } from '../neutral/usage.ts'
import type { Automated } from '../rules/automated.ts'
import { classify as classifyFacts } from '../rules/classify.ts'
import type { Complexity } from '../rules/complexity.ts'
import type { AnswerQuestion } from '../rules/estimates.ts'
import type { SideCall } from '../rules/side-calls.ts'
import type { Call } from './call.ts'
import { questionOf } from './forecast.ts'
import { guardedNow } from './guarded.ts'
import { parse } from './parse.ts'
import { chooseDestination } from './target.ts'
import { isAnswer } from './ways.ts'

export interface Classified {
  readonly task: TaskType
  readonly complexity: Complexity
  readonly sideCall: SideCall | null
  readonly automated: Automated | null
  readonly shape: RequestShape
  /** The request before it that asked the same and was answered. */
  readonly repeats: string | null
  readonly inputTokens: number
  readonly expectedOutputTokens: number
}

/** null where no model is asked for an answer, or by a fault of ours. */
export type Classify = () => Classified | null

export const classify = (s: Services) =>
  new Elysia({ name: 'stage/classify' })
    .use(parse(s))
    .resolve(({ call }) => ({ classified: lazily(call, s) }))
    .as('scoped')

function lazily(call: Call, s: Services): Classify {
  let found: Classified | null | undefined
  return () => {
    if (found === undefined) {
      found = isAnswer(call.endpoint)
        ? guardedNow(
            'classify',
            call.notes,
            s.log,
            () => judge(call, s),
            () => null,
          )
        : null
      call.notes.classified = found
    }
    return found
  }
}

/** By the model that was asked for, where it is: what its answers took before. An alias has none of its own. */
function askedOf(call: Call, s: Services): AnswerQuestion {
  const destination = call.endpoint === 'estimate' ? null : chooseDestination(call, call.endpoint, true, s)
  const name = call.requestedModel ?? ''
  if (destination === null || destination instanceof AppError) return questionOf(call, '', name)
  return questionOf(call, destination.provider.id, destination.model ?? name)
}

function judge(call: Call, s: Services): Classified {
  const { facts, endpoint, headers, identity } = call
  const shape = call.shape()
  const expected = s.estimates.expected(askedOf(call, s))
  const inputTokens = totalInputTokens(expected)
  const classified = classifyFacts(
    {
      system: facts.opening.system,
      shape,
      toolCount: facts.toolCount,
      maxOutputTokens: facts.maxOutputTokens,
      requestClass: headers.get('x-claude-code-request-class'),
      isCompaction: endpoint === 'responses_compact',
      inputTokens,
    },
    expected.outputTokens,
    s.config().routing.complexity,
  )
  const automated = s.automated.see({
    atMs: call.startedMs,
    header: headers.get('x-relayplane-automated'),
    userAgent: headers.get('user-agent'),
    // Not the session: a program that asks by the clock begins a new one each time.
    caller: identity.agent?.name ?? '',
    text: shape.lastUserStart,
    isToolTurn: shape.isToolTurn,
    sideCall: classified.sideCall,
  })
  const repeats = s.repeats.see({
    id: call.id,
    atMs: call.startedMs,
    session: identity.session?.id ?? null,
    text: shape.lastUserText,
    isToolTurn: shape.isToolTurn,
    isAutomated: automated !== null,
  })
  return { ...classified, automated, shape, repeats, inputTokens, expectedOutputTokens: expected.outputTokens }
}
