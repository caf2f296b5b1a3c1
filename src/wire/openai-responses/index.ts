/** OpenAI's Responses API as a dialect, and its errors. */
import type { AppError } from '../../neutral/error.ts'
import type { Dialect } from '../dialect.ts'
import { openAiWords, writeOpenAiError } from '../openai-error.ts'
import { readRequest } from './request.ts'
import { readReply } from './response.ts'
import { marks, readStream } from './stream.ts'

/** The API's `error` event. Its clients throw at it, whatever the sequence number says, which only upstream knows. */
function writeErrorFrame(error: AppError): string {
  const { type, code } = openAiWords(error)
  const event = { type: 'error', code: code ?? type, message: error.message, param: null, sequence_number: 0 }
  return `event: error\ndata: ${JSON.stringify(event)}\n\n`
}

/** Codex shortens a conversation that is too long when a stream says so, and takes a plain 400 for a fault of its own. */
function writeErrorStream(error: AppError, id: string): string | null {
  if (error.code !== 'context-exceeded') return null
  const { type, code } = openAiWords(error)
  const said = { code: code ?? type, message: error.message }
  const response = { id: `resp_${id}`, object: 'response', status: 'failed', error: said, output: [], usage: null }
  const failed = { type: 'response.failed', sequence_number: 1, response }
  return `${writeErrorFrame(error)}event: response.failed\ndata: ${JSON.stringify(failed)}\n\n`
}

export const openAiResponses: Dialect = {
  id: 'openai-responses',
  marks,
  isTerminalLast: true,
  readRequest,
  readReply,
  readStream,
  writeError: writeOpenAiError,
  writeErrorFrame,
  writeErrorStream,
}
