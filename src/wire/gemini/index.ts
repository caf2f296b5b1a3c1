/** Google's Gemini API as a dialect. */
import type { Dialect } from '../dialect.ts'
import { writeError, writeErrorFrame } from './errors.ts'
import { readRequest } from './request.ts'
import { readReply } from './response.ts'
import { marks, readStream } from './stream.ts'

export const gemini: Dialect = {
  id: 'gemini',
  marks,
  isTerminalLast: false,
  readRequest,
  readReply,
  readStream,
  writeError,
  writeErrorFrame,
}
