/** The answer to a hit: what is kept, with a row that costs nothing and says what it saved. */
import type { Services } from '../app/services.ts'
import { standardTerms } from '../neutral/usage.ts'
import type { Hit } from './cache.ts'
import type { Call } from './call.ts'
import { endOfCall, type Receipt } from './ending.ts'
import { addOurs, headerText } from './reply-headers.ts'

export async function answerCached(
  call: Call,
  { entry, replay }: Hit,
  receipt: Receipt,
  s: Services,
): Promise<Response> {
  const { usage, finishReason, servedModel, provider, model } = entry
  await receipt({
    ...endOfCall(s),
    outcome: 'complete',
    status: 200,
    facts: { usage, finishReason, model: servedModel, terms: standardTerms, errorCode: null },
    responseBytes: replay.body.length,
    firstByteAt: s.clock.monotonic(),
    kept: entry,
  })
  const headers = addOurs(new Headers(), call)
  headers.set('content-type', replay.contentType)
  headers.set('x-relayplane-provider', provider)
  headers.set('x-relayplane-model', headerText(model))
  headers.set('x-relayplane-route', 'cache')
  headers.set('x-relayplane-cost-usd', '0')
  return new Response(replay.body as Uint8Array<ArrayBuffer>, { headers })
}

/** Of a client that hung up while it waited for another's answer: nothing was sent for it, and nobody reads this. */
export async function answerNobody(receipt: Receipt, s: Services): Promise<Response> {
  await receipt({ ...endOfCall(s), outcome: 'client_abort' })
  return new Response(null, { status: 499 })
}
