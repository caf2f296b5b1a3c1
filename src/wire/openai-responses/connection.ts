/**
 * What one WebSocket of the Responses API remembers. Over HTTP every request holds its whole conversation; over a socket a
 * client sends what is new and names the answer before it. Here the two are put together again, so that any provider can
 * answer over HTTP (developers.openai.com/api/docs/guides/websocket-mode).
 */
import { AppError } from '../../neutral/error.ts'
import { asList, asRecord, asString, parseJsonExactly, type JsonRecord } from '../fields.ts'

/** What one message of the client asks for. */
export type Turn =
  /** A request as it would have come over HTTP, and the headers that the client put into the message. */
  | { readonly kind: 'create'; readonly body: JsonRecord; readonly headers: Readonly<Record<string, string>> }
  /** `generate: false`: the prompt is sent ahead, no answer is wanted yet. Events to send back. */
  | { readonly kind: 'prepare'; readonly events: readonly string[] }
  /** An error event to send back. */
  | { readonly kind: 'refused'; readonly event: string }

/** Codex sends headers of single turns as metadata of this prefix, since a socket has none. */
const headerPrefix = 'ws_request_header_'

export class Connection {
  #answerId: string | null = null
  /** The items up to and with the answer of that id. */
  #conversation: readonly unknown[] = []
  #asked: readonly unknown[] = []
  #output: unknown[] = []

  /** @param newId What an answer to a prompt sent ahead is named by, without its prefix. */
  read(message: string, newId: () => string): Turn {
    const fields = asRecord(parseJsonExactly(message))
    if (fields?.type !== 'response.create')
      return refused('Send JSON objects of the type "response.create" here.', null)
    const { type: _, generate, previous_response_id, client_metadata, ...body } = fields
    const previous = asString(previous_response_id)
    if (previous !== null && previous !== this.#answerId) {
      return refused(
        `The response ${JSON.stringify(previous.slice(0, 100))} is not known on this connection. Send the whole conversation.`,
        'previous_response_not_found',
      )
    }
    this.#asked = [...(previous === null ? [] : this.#conversation), ...itemsOf(body.input)]
    this.#output = []
    if (generate === false) return { kind: 'prepare', events: this.#prepare(`resp_${newId()}`, body.model) }
    const { metadata, headers } = cutMetadata(asRecord(client_metadata))
    return {
      kind: 'create',
      body: { ...body, input: this.#asked, stream: true, ...(metadata === null ? {} : { client_metadata: metadata }) },
      headers,
    }
  }

  /** @param data One event of the answer, on its way to the client. */
  see(data: string): void {
    // Most events are deltas, and of those nothing is kept.
    if (!data.includes('"response.output_item.done"') && !data.includes('"response.completed"')) return
    const event = asRecord(parseJsonExactly(data))
    if (event?.type === 'response.output_item.done') this.#output.push(event.item)
    if (event?.type === 'response.completed') this.#keep(asString(asRecord(event.response)?.id))
  }

  #keep(answerId: string | null): void {
    this.#answerId = answerId
    this.#conversation = [...this.#asked, ...this.#output]
  }

  #prepare(id: string, model: unknown): readonly string[] {
    this.#keep(id)
    const response = {
      id,
      object: 'response',
      model,
      output: [],
      usage: { input_tokens: 0, output_tokens: 0, total_tokens: 0 },
    }
    return [
      JSON.stringify({
        type: 'response.created',
        sequence_number: 0,
        response: { ...response, status: 'in_progress' },
      }),
      JSON.stringify({
        type: 'response.completed',
        sequence_number: 1,
        response: { ...response, status: 'completed' },
      }),
    ]
  }
}

/** An error as the socket says it: the HTTP body with the status beside it. */
export const writeSocketError = (status: number, body: unknown): string =>
  JSON.stringify({ type: 'error', status, ...asRecord(body) })

function refused(message: string, code: string | null): Turn {
  const error = new AppError('invalid-request', message)
  return {
    kind: 'refused',
    event: writeSocketError(error.status, {
      error: { type: 'invalid_request_error', code, message, param: code === null ? null : 'previous_response_id' },
    }),
  }
}

/** `input` may be one text. */
const itemsOf = (input: unknown): readonly unknown[] =>
  typeof input === 'string'
    ? [{ type: 'message', role: 'user', content: [{ type: 'input_text', text: input }] }]
    : asList(input)

function cutMetadata(metadata: JsonRecord | null): {
  readonly metadata: JsonRecord | null
  readonly headers: Readonly<Record<string, string>>
} {
  if (metadata === null) return { metadata, headers: {} }
  const entries = Object.entries(metadata)
  const headers = entries.flatMap(([name, value]) => {
    const header = name.slice(headerPrefix.length).replaceAll('_', '-')
    return name.startsWith(headerPrefix) && /^x-[\w-]+$/.test(header) && typeof value === 'string'
      ? [[header, value] as const]
      : []
  })
  const rest = entries.filter(([name]) => !name.startsWith(headerPrefix))
  return { metadata: Object.fromEntries(rest), headers: Object.fromEntries(headers) }
}
