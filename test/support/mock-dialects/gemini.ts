/** Gemini as the scripted model speaks it: the model and the wish for a stream stand in the path. */
import { invalidSignature, sign, signedThought, thoughtsOf, unsignedCall, type Thoughts } from './signing.ts'
import {
  bare,
  list,
  pieces,
  record,
  sinceModel,
  textOf,
  word,
  type Answer,
  type Ask,
  type Json,
  type MockDialect,
} from './turn.ts'

const statuses: Readonly<Record<number, string>> = {
  400: 'INVALID_ARGUMENT',
  401: 'UNAUTHENTICATED',
  404: 'NOT_FOUND',
}

function read(body: Json, path: string): Ask {
  const contents = list(body['contents'])
  const isModels = ({ role }: Json) => role === 'model'
  const latest = sinceModel(contents, isModels).flatMap((content) => list(content['parts']))
  const config = record(body['generationConfig'])
  const schema = config['responseJsonSchema'] ?? config['responseSchema']
  const result = latest.findLast((part) => part['functionResponse'] !== undefined)
  return {
    model: /\/models\/([^/]+):/.exec(path)?.[1] ?? '',
    isStream: path.includes(':streamGenerateContent'),
    wantsStreamUsage: true,
    prompt: contents
      .filter(({ role }) => role !== 'model')
      .map((content) => textOf(content['parts']))
      .join('\n'),
    turns: contents.filter(isModels).length,
    wantsThoughts: true,
    thoughts: thoughtsIn(contents, result !== undefined),
    tools: list(body['tools']).flatMap((tool) => list(tool['functionDeclarations']).map(({ name }) => word(name))),
    toolResult: result === undefined ? null : JSON.stringify(record(record(result['functionResponse'])['response'])),
    schema: schema === undefined ? null : record(schema),
  }
}

const maker = 'gemini'

/** @param mustSign The last turn called a tool; the calls of turns before it may be without. */
function thoughtsIn(contents: readonly Json[], mustSign: boolean): Thoughts {
  const last = contents.findLastIndex(({ role }) => role === 'model')
  return thoughtsOf(
    contents.flatMap((content, at) =>
      list(content['parts']).map((part) => {
        const signature = word(part['thoughtSignature'])
        if (signedThought(maker, signature) !== null) return true
        const { functionCall } = part
        if (functionCall !== undefined && mustSign && at === last && (signature === '' || signature === standIn)) {
          return unsignedCall(word(record(functionCall)['name']), at + 1)
        }
        return signature === '' || signature === standIn ? null : invalidSignature
      }),
    ),
  )
}

/** What the API takes for a signature that nobody has. Here it has one. */
const standIn = 'skip_thought_signature_validator'

const usageOf = ({ usage }: Answer) => ({
  promptTokenCount: usage.promptTokens,
  cachedContentTokenCount: usage.cachedTokens,
  candidatesTokenCount: usage.outputTokens - usage.reasoningTokens,
  thoughtsTokenCount: usage.reasoningTokens,
  totalTokenCount: usage.promptTokens + usage.outputTokens,
  promptTokensDetails: [{ modality: 'TEXT', tokenCount: usage.promptTokens }],
})

const signed = ({ thought }: Answer): Json => (thought === null ? {} : { thoughtSignature: sign(maker, thought) })

const thoughtParts = ({ thought }: Answer): readonly Json[] =>
  thought === null ? [] : [{ text: thought, thought: true }]

const callParts = (answer: Answer): readonly Json[] => {
  const { call } = answer
  return call === null ? [] : [{ functionCall: { id: call.id, name: call.name, args: call.args }, ...signed(answer) }]
}

/** Without a call the last text is signed; in a stream an empty one at the end. */
const signedText = (answer: Answer): Json => (answer.call === null ? signed(answer) : {})

const response = (answer: Answer, parts: readonly Json[], over: Json, usageMetadata: Json): Json => ({
  candidates: [{ content: { role: 'model', parts }, index: 0, ...over }],
  usageMetadata,
  modelVersion: answer.model,
  responseId: `resp-mock-${answer.turn}`,
})

export const gemini: MockDialect = {
  read,
  reply: (answer) =>
    response(
      answer,
      [...thoughtParts(answer), { text: answer.text, ...signedText(answer) }, ...callParts(answer)],
      { finishReason: 'STOP' },
      usageOf(answer),
    ),
  frames(answer) {
    const { promptTokens } = answer.usage
    const soFar = { promptTokenCount: promptTokens, totalTokenCount: promptTokens }
    const part = (one: Json) => bare(response(answer, [one], {}, soFar))
    return [
      ...thoughtParts(answer).map(part),
      ...pieces(answer.text).map((text) => part({ text })),
      ...callParts(answer).map(part),
      bare(response(answer, [{ text: '', ...signedText(answer) }], { finishReason: 'STOP' }, usageOf(answer))),
    ]
  },
  error: (status, message) => ({ error: { code: status, message, status: statuses[status] ?? 'UNKNOWN' } }),
}
