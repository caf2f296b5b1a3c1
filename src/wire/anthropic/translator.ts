/** The Messages API as either side of a translated exchange. */
import type { Translator } from '../translator.ts'
import { readError } from './errors.ts'
import { readEvents } from './read-events.ts'
import { readReply } from './read-reply.ts'
import { readRequest } from './read-request.ts'
import { writeEvents } from './write-events.ts'
import { writeReply } from './write-reply.ts'
import { writeRequest } from './write-request.ts'

export const anthropicTranslator: Translator = {
  // The API takes 128 characters by now; servers that speak its dialect often no more than these.
  toolNames: { maxLength: 64, illegal: /[^a-zA-Z0-9_-]/ },
  readRequest,
  writeRequest,
  readReply,
  writeReply,
  readEvents,
  writeEvents,
  readError,
}
