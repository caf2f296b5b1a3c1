/** Converse as a form that providers are spoken to in. No client speaks it here, so it reads no requests and writes no answers. */
import type { UpstreamTranslator } from '../translator.ts'
import { readError } from './errors.ts'
import { readEvents } from './read-events.ts'
import { readReply } from './read-reply.ts'
import { writeRequest } from './write-request.ts'

export const converseTranslator: UpstreamTranslator = {
  // API_runtime_ToolSpecification
  toolNames: { maxLength: 64, illegal: /[^A-Za-z0-9_-]/ },
  writeRequest,
  readReply,
  readEvents,
  readError,
}
