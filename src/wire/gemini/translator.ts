/** The Gemini API read into the neutral form and written from it. */
import type { Translator } from '../translator.ts'
import { readError } from './errors.ts'
import { readEvents } from './read-events.ts'
import { readReply } from './read-reply.ts'
import { readRequest } from './read-request.ts'
import { writeEvents } from './write-events.ts'
import { writeReply } from './write-reply.ts'
import { writeRequest } from './write-request.ts'

export const geminiTranslator: Translator = {
  // Up to 128 characters are documented, 64 are what every version has taken. The first must be a letter or an underscore.
  toolNames: { maxLength: 64, illegal: /^[^a-zA-Z_]|[^a-zA-Z0-9_.:-]/ },
  readRequest,
  writeRequest,
  readReply,
  writeReply,
  readEvents,
  writeEvents,
  readError,
}
