/** The object `response` of an answer, around its output: what it says of itself, and the request's settings given back. */
import type { Carried } from '../../neutral/message.ts'
import type { NeutralReply } from '../../neutral/reply.ts'
import type { NeutralRequest } from '../../neutral/request.ts'
import { asList, asRecord, type JsonRecord } from '../fields.ts'
import type { Stamp } from '../translator.ts'
import { keptOf } from './carried.ts'
import { writeFinish } from './finish.ts'
import { instructionsMark } from './read-request.ts'
import { echoed, ownFields } from './response-fields.ts'
import { writeUsage } from './usage.ts'
import { writeSettings } from './write-request.ts'

/** Settings that every response names, as they are where the request is silent. */
const silent: JsonRecord = {
  background: false,
  instructions: null,
  max_output_tokens: null,
  max_tool_calls: null,
  metadata: {},
  parallel_tool_calls: true,
  previous_response_id: null,
  reasoning: { effort: null, summary: null },
  store: true,
  temperature: null,
  text: { format: { type: 'text' } },
  tool_choice: 'auto',
  tools: [],
  top_p: null,
  truncation: 'disabled',
  user: null,
}

/** The settings of the request, as a response repeats them. */
export function echoOf(asked: NeutralRequest): JsonRecord {
  const settings = writeSettings(asked)
  const said = asked.system.find((part) => keptOf(part)?.spelling['from'] === instructionsMark)
  const named = echoed.flatMap((name) => {
    const value = settings[name]
    const isSaid = value !== undefined && (value !== null || (silent[name] ?? null) === null)
    return isSaid ? [[name, value] as const] : []
  })
  return { ...silent, ...Object.fromEntries(named), ...(said !== undefined && { instructions: said.text }) }
}

/** A response that has begun. */
export const beginning = (id: string | null, model: string | null, stamp: Stamp): JsonRecord => ({
  id: id ?? `resp_${stamp.id}`,
  object: 'response',
  created_at: stamp.createdS,
  status: 'in_progress',
  error: null,
  incomplete_details: null,
  model: model ?? stamp.model,
  output: [],
  usage: null,
})

const refuses = ({ content }: JsonRecord): boolean =>
  asList(content).some((one) => asRecord(one)?.['type'] === 'refusal')

type Ended = Pick<NeutralReply, 'finish' | 'usage'> & { readonly carried?: Carried }

/** What changes in it when it ends. */
export function ending({ finish, usage, ...node }: Ended, output: readonly JsonRecord[]): JsonRecord {
  // A refusal without a word of it is an answer that was kept back.
  const isSilent = finish.kind === 'refusal' && !output.some(refuses)
  const { status, incomplete_details } = writeFinish(isSilent ? { kind: 'content-filter' } : finish)
  const kept = keptOf(node)
  return {
    status,
    incomplete_details,
    error:
      status === 'failed' ? { code: 'server_error', message: 'The provider ended its answer with an error.' } : null,
    output,
    usage: usage === null ? null : writeUsage(usage),
    ...(kept !== null && ownFields(kept)),
  }
}
