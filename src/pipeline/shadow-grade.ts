/** One grading: the same request at the baseline, then the judge, twice. Each is a request of its own through the pipeline, with its own row. */
import type { Gradable, Grade } from '../neutral/grade.ts'
import type { DialectId } from '../neutral/model.ts'
import type { NeutralReply } from '../neutral/reply.ts'
import type { NeutralRequest } from '../neutral/request.ts'
import { foreignHeaders } from '../providers/foreign-headers.ts'
import { textOf, type Graded } from '../rules/grading.ts'
import { judgePrompt, judgeSystem, readWord, verdictOf, type Word } from '../rules/grading-judge.ts'
import { asRecord } from '../wire/fields.ts'
import { parseBodyExactly } from '../wire/request-body.ts'
import { translators } from '../wire/translators.ts'
import { replyIn } from './replay.ts'

export type Handle = (request: Request) => Promise<Response>

export interface Came extends Pick<Grade, 'verdict' | 'why' | 'costNanoUsd'> {
  /** Something was answered that has no known price. */
  readonly isUnpriced: boolean
}

export const gradingAgent = 'relayplane-grading'

interface Said {
  /** null where none came. */
  readonly reply: NeutralReply | null
  readonly costNanoUsd: number
  readonly isUnpriced: boolean
}

/** @param signal Ends it. */
export async function grade(
  call: Gradable,
  { text, baseline }: Graded,
  judge: string,
  handle: Handle,
  signal: AbortSignal,
): Promise<Came> {
  const asked = readAsked(call)
  const other = await ask(baselineRequest(call, baseline, signal), call.dialect, handle)
  const none = (why: Grade['why'], ...said: readonly Said[]): Came => ({ ...sum([other, ...said]), verdict: null, why })
  if (other.reply === null) return none('no-answer')
  const answer = textOf(other.reply)
  if (answer === null) return none('no-text')
  const pair = { routed: text, baseline: answer }
  const straight = await askJudge(asked, pair, judge, false, handle, signal)
  const first = wordOf(straight)
  if (first === null) return none('unclear', straight)
  const swapped = await askJudge(asked, pair, judge, true, handle, signal)
  const second = wordOf(swapped)
  if (second === null) return none('unclear', straight, swapped)
  return { ...sum([other, straight, swapped]), verdict: verdictOf(first, second), why: null }
}

const readAsked = ({ plainBody, dialect, requestedModel, isStream }: Gradable): NeutralRequest =>
  translators[dialect].readRequest(parseBodyExactly(plainBody), { model: requestedModel, isStream })

const sum = (said: readonly Said[]) => ({
  costNanoUsd: said.reduce((total, { costNanoUsd }) => total + costNanoUsd, 0),
  isUnpriced: said.some(({ isUnpriced }) => isUnpriced),
})

const wordOf = ({ reply }: Said): Word | null => (reply === null ? null : readWord(textOf(reply) ?? ''))

const paths: Readonly<Record<DialectId, (model: string) => string>> = {
  anthropic: () => '/v1/messages',
  'openai-chat': () => '/v1/chat/completions',
  'openai-responses': () => '/v1/responses',
  gemini: (model) => `/v1beta/models/${encodeURIComponent(model)}:generateContent`,
}

/** As the caller wrote it, whole instead of in a stream, and kept by nobody. */
function baselineRequest({ plainBody, dialect }: Gradable, baseline: string, signal: AbortSignal): Request {
  const { stream: _, stream_options: __, store: ___, ...body } = asRecord(parseBodyExactly(plainBody)) ?? {}
  const kept = dialect === 'openai-responses' ? { ...body, store: false } : body
  return requestOf(dialect, baseline, kept, signal)
}

/** Room for a judge that thinks before it says its word. */
const judgeTokens = 4000

async function askJudge(
  asked: NeutralRequest,
  pair: { readonly routed: string; readonly baseline: string },
  judge: string,
  isSwapped: boolean,
  handle: Handle,
  signal: AbortSignal,
): Promise<Said> {
  const body = {
    model: judge,
    max_completion_tokens: judgeTokens,
    messages: [
      { role: 'system', content: judgeSystem },
      { role: 'user', content: judgePrompt(asked, pair, isSwapped) },
    ],
  }
  return ask(requestOf('openai-chat', judge, body, signal), 'openai-chat', handle)
}

/** None of the caller's headers go along: they may hold its key, and what they mean may not be meant for this model. */
function requestOf(dialect: DialectId, model: string, body: unknown, signal: AbortSignal): Request {
  const headers = foreignHeaders(dialect, new Headers(), false)
  headers.set('x-relayplane-model', model)
  headers.set('x-relayplane-agent', gradingAgent)
  // Else it would be counted as another turn of the caller's conversation.
  headers.set('x-relayplane-session', gradingAgent)
  headers.set('x-relayplane-automated', 'true')
  headers.set('x-relayplane-cache', 'bypass')
  const init = { method: 'POST', headers, body: JSON.stringify(body), signal }
  return new Request(`http://localhost${paths[dialect](model)}`, init)
}

async function ask(request: Request, dialect: DialectId, handle: Handle): Promise<Said> {
  const response = await handle(request)
  const body = new Uint8Array(await response.arrayBuffer())
  const cost = response.headers.get('x-relayplane-cost-usd')
  const costNanoUsd = cost === null ? 0 : Math.round(Number(cost) * 1e9)
  if (!response.ok) return { reply: null, costNanoUsd, isUnpriced: false }
  const reply = replyIn({ form: 'json', body }, dialect, { provider: '', id: '' })
  return { reply, costNanoUsd, isUnpriced: cost === null }
}
