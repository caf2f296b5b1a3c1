/**
 * What goes to a provider that speaks the caller's dialect: the body as it came, with the edits that passthrough may make, and
 * the caller's headers.
 */
import { AppError } from '../neutral/error.ts'
import { forwardableHeaders } from '../providers/send.ts'
import { spliceIncludeUsage, spliceModel } from '../wire/splice.ts'
import type { Call } from './call.ts'
import { adapt, holdsSeals } from './fitting.ts'
import type { Destination } from './target.ts'
import { isAnswer } from './ways.ts'

export interface Edited {
  readonly headers: Headers
  readonly body: Uint8Array
  /** We asked for usage in the stream. */
  readonly asksUsage: boolean
}

/** The request with no edit at all. */
export const unedited = (call: Call): Edited => ({
  headers: forwardableHeaders(call.headers),
  body: call.body,
  asksUsage: false,
})

/**
 * @param isUnsigned Without what models have signed: the provider has refused it in this session.
 * @returns A refusal where a model that the caller did not name can't take the request.
 */
export function edit(call: Call, destination: Destination, isUnsigned: boolean): Edited | AppError {
  const { provider, model } = destination
  const headers = forwardableHeaders(call.headers)
  const base = model === null ? call.plainBody : prepared(call, destination, model, isUnsigned)
  if (base instanceof AppError) return base
  let body = base
  // Gemini's model stands in the URL.
  if (model !== null && model !== call.requestedModel && call.dialect !== 'gemini') {
    body = spliceModel(body, model)
    call.notes.add('forward', `wrote the model as ${model}`, `${provider.name} knows it by that name`)
  }
  const mayAsk =
    call.endpoint === 'chat' && call.isStream && !call.facts.asksStreamUsage && provider.streamUsage === 'splice'
  const asking = mayAsk ? spliceIncludeUsage(body) : body
  const asksUsage = asking !== body
  if (asksUsage) {
    body = asking
    call.notes.add(
      'forward',
      'asked for usage in the stream',
      'without it the cost is not known; the chunk is taken out again',
    )
  }
  // What is edited goes on without its content encoding, and the header with it.
  if (body === call.plainBody) return { headers, body: call.body, asksUsage }
  headers.delete('content-encoding')
  return { headers, body, asksUsage }
}

/** The body as it came, but for what the model could not take. */
function prepared(
  call: Call,
  { provider, wanted }: Destination,
  model: string,
  isUnsigned: boolean,
): Uint8Array | AppError {
  const isOverridden = wanted !== call.requestedModel
  const hasSeals = holdsSeals(call.plainBody)
  const isRead = isAnswer(call.endpoint) || call.endpoint === 'count_tokens'
  if (!isRead || (!isUnsigned && !isOverridden && !hasSeals)) return call.plainBody
  const body = adapt(call, provider, model, { isUnsigned, isOverridden })
  if (body === call.plainBody) return body
  if (isUnsigned) call.notes.add('forward', 'left out signed thoughts', `${provider.name} refuses them in this session`)
  else if (hasSeals) call.notes.add('forward', "left out other models' thoughts", 'only who signed them takes them')
  return body
}
