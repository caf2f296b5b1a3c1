/** AWS Bedrock: Anthropic's models by InvokeModel in the Messages API, all others by Converse; signed, or with a key. */
import { AppError } from '../../neutral/error.ts'
import type { AwsKeyring } from './aws-credentials.ts'
import { framesOfStream, isEventStream, writeConverseFrame, writeMessagesFrame } from './bedrock-stream.ts'
import { takeKey } from './caller-key.ts'
import type { Cloud, CloudRequest, CloudTools, Prepared, Speech } from './cloud.ts'
import { hostedBetas, hostedBody } from './hosted-body.ts'
import { hostedError } from './hosted-errors.ts'
import type { BedrockSettings } from './settings.ts'
import { dropSignature, sign } from './signature.ts'
import { turnResponse } from './turned-body.ts'

const messages: Speech = { apis: ['messages'], form: 'anthropic' }
const converse: Speech = { apis: [], form: 'converse' }

/** Of a bare id, one with a region in front, and the last part of an ARN. A profile of one's own does not tell. */
const isAnthropic = (model: string): boolean => /(?:^|[./])anthropic\./.test(model)

export const bedrock = (settings: BedrockSettings, keyring: AwsKeyring, { now }: CloudTools): Cloud => ({
  speaks: (model) => (isAnthropic(model) ? messages : converse),
  async prepare(request) {
    if (request.provider.baseUrl.includes('{')) throw noRegion
    const prepared = { ...shape(request), headers: request.headers }
    const { headers } = prepared
    const key = takeKey(headers)
    dropSignature(headers)
    if (key !== null) {
      headers.set('authorization', `Bearer ${key}`)
      return prepared
    }
    if (settings.region === null) throw noRegion
    const signable = { method: request.method, url: prepared.url, body: prepared.body }
    await sign(headers, signable, await keyring.credentials(settings), settings.region, now())
    return prepared
  },
  adapt(response, api, form) {
    if (api === 'raw') return response
    if (isEventStream(response)) {
      const writeFrame = form === 'converse' ? writeConverseFrame : writeMessagesFrame
      return turnResponse(response, 'text/event-stream', framesOfStream(writeFrame))
    }
    return form === 'converse' ? response : hostedError(response)
  },
})

const noRegion = new AppError(
  'invalid-request',
  'The AWS region of Bedrock is not known. Set AWS_REGION or providers.bedrock.region.',
)

/** The path that the model and the kind of answer make, and the body without them. */
function shape(request: CloudRequest): Omit<Prepared, 'headers'> {
  const { api, model, isStream, url, headers, body, provider } = request
  if (model === null || (api !== 'messages' && api !== 'converse')) return { url, body, dropped: [] }
  headers.set('content-type', 'application/json')
  headers.set('accept', isStream ? 'application/vnd.amazon.eventstream' : 'application/json')
  headers.delete('content-encoding')
  // A colon and the slash of an ARN as %3A and %2F, as AWS's own clients write and sign them.
  const path = `${provider.baseUrl}/model/${encodeURIComponent(model)}`
  if (api === 'converse') return { url: `${path}/${isStream ? 'converse-stream' : 'converse'}`, body, dropped: [] }
  const betas = hostedBetas(headers.get('anthropic-beta'), webSearch)
  headers.delete('anthropic-beta')
  headers.delete('anthropic-version')
  return {
    url: `${path}/${isStream ? 'invoke-with-response-stream' : 'invoke'}`,
    body: hostedBody(body, ['model', 'stream'], {
      anthropic_version: 'bedrock-2023-05-31',
      anthropic_beta: betas.kept.length === 0 ? undefined : betas.kept,
    }),
    dropped: betas.dropped,
  }
}

/** Bedrock has no search of its own. */
const webSearch = /^web-search-/
