/** The shape of a request in any dialect. It takes the parsed body, which nobody keeps: whoever asks says when it is worth reading. */
import type { DialectId } from '../neutral/model.ts'
import type { RequestShape } from '../neutral/shape.ts'
import { readShape as readAnthropic } from './anthropic/shape.ts'
import { readShape as readGemini } from './gemini/shape.ts'
import { readShape as readChat } from './openai-chat/shape.ts'
import { readShape as readResponses } from './openai-responses/shape.ts'

const readers: Readonly<Record<DialectId, (body: unknown) => RequestShape>> = {
  anthropic: readAnthropic,
  'openai-chat': readChat,
  'openai-responses': readResponses,
  gemini: readGemini,
}

/** Never throws: what is not there has no shape. */
export const readShape = (dialect: DialectId, body: unknown): RequestShape => readers[dialect](body)
