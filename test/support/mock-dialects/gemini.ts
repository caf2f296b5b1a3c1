/** Gemini as the scripted model speaks it: the model and the wish for a stream stand in the path. */
import { bare, list, pieces, record, textOf, word, type Answer, type Ask, type Json, type MockDialect } from './turn.ts'

const statuses: Readonly<Record<number, string>> = {
  400: 'INVALID_ARGUMENT',
  401: 'UNAUTHENTICATED',
  404: 'NOT_FOUND',
}

function read(body: Json, path: string): Ask {
  const contents = list(body['contents'])
  const parts = contents.flatMap((content) => list(content['parts']))
  const config = record(body['generationConfig'])
  const schema = config['responseJsonSchema'] ?? config['responseSchema']
  const result = parts.findLast((part) => part['functionResponse'] !== undefined)
  return {
    model: /\/models\/([^/]+):/.exec(path)?.[1] ?? '',
    isStream: path.includes(':streamGenerateContent'),
    wantsStreamUsage: true,
    prompt: contents
      .filter(({ role }) => role !== 'model')
      .map((content) => textOf(content['parts']))
      .join('\n'),
    tools: list(body['tools']).flatMap((tool) => list(tool['functionDeclarations']).map(({ name }) => word(name))),
    toolResult: result === undefined ? null : JSON.stringify(record(record(result['functionResponse'])['response'])),
    schema: schema === undefined ? null : record(schema),
  }
}

const usageOf = ({ usage }: Answer) => ({
  promptTokenCount: usage.promptTokens,
  cachedContentTokenCount: usage.cachedTokens,
  candidatesTokenCount: usage.outputTokens - usage.reasoningTokens,
  thoughtsTokenCount: usage.reasoningTokens,
  totalTokenCount: usage.promptTokens + usage.outputTokens,
  promptTokensDetails: [{ modality: 'TEXT', tokenCount: usage.promptTokens }],
})

const callParts = ({ call }: Answer): readonly Json[] =>
  call === null ? [] : [{ functionCall: { id: call.id, name: call.name, args: call.args } }]

const response = (answer: Answer, parts: readonly Json[], over: Json, usageMetadata: Json): Json => ({
  candidates: [{ content: { role: 'model', parts }, index: 0, ...over }],
  usageMetadata,
  modelVersion: answer.model,
  responseId: 'resp-mock',
})

export const gemini: MockDialect = {
  read,
  reply: (answer) =>
    response(answer, [{ text: answer.text }, ...callParts(answer)], { finishReason: 'STOP' }, usageOf(answer)),
  frames(answer) {
    const { promptTokens } = answer.usage
    const soFar = { promptTokenCount: promptTokens, totalTokenCount: promptTokens }
    const part = (one: Json) => bare(response(answer, [one], {}, soFar))
    return [
      ...pieces(answer.text).map((text) => part({ text })),
      ...callParts(answer).map(part),
      bare(response(answer, [{ text: '' }], { finishReason: 'STOP' }, usageOf(answer))),
    ]
  },
  error: (status, message) => ({ error: { code: status, message, status: statuses[status] ?? 'UNKNOWN' } }),
}
