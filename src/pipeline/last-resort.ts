/** The answer when even failing open failed: an error in the dialect that the path speaks, never the fault's own words. */
import type { Log } from '../lib/log.ts'
import { asAppError } from '../neutral/error.ts'
import { dialects } from '../wire/dialects.ts'
import { addressOf } from './endpoint.ts'

export function lastResort(fault: unknown, { url, method, headers }: Request, log: Log): Response {
  log.error(`a request could not be served: ${fault instanceof Error ? (fault.stack ?? fault.message) : String(fault)}`)
  const error = asAppError(fault)
  // Without the settings a mount is no more than a first segment.
  const { pathname } = new URL(url)
  const addressed = addressOf(pathname, method, headers, null) ?? addressOf(afterMount(pathname), method, headers, null)
  return Response.json(dialects[addressed?.dialect ?? 'openai-chat'].writeError(error), { status: error.status })
}

const afterMount = (path: string): string => path.replace(/^\/[^/]*/, '')
