/** OpenAI's Chat Completions as a dialect; Completions, Embeddings and OpenAI's other paths answer in it too. */
import type { Dialect } from '../dialect.ts'
import { writeOpenAiError } from '../openai-error.ts'
import { readRequest } from './request.ts'
import { readReply } from './response.ts'
import { marks, readStream } from './stream.ts'

export const openAiChat: Dialect = {
  id: 'openai-chat',
  marks,
  isTerminalLast: true,
  readRequest,
  readReply,
  readStream,
  writeError: writeOpenAiError,
  writeErrorFrame: (error) => `data: ${JSON.stringify(writeOpenAiError(error))}\n\n`,
}
