/**
 * The Messages API as other platforms host it: the body without what stands in the path, with the platform's version, and
 * only the betas that the platform has. Every other member keeps its bytes.
 */
import { membersOf } from '../../lib/json-members.ts'

/** @param add Members in front of the others, unless the body has them itself. */
export function hostedBody(
  body: Uint8Array,
  drop: readonly string[],
  add: Readonly<Record<string, unknown>>,
): Uint8Array {
  const members = membersOf(body)
  const present = new Set(members.map(({ key }) => key))
  const added = Object.entries(add)
    .filter(([key, value]) => value !== undefined && !present.has(key))
    .map(([key, value]) => Buffer.from(`${JSON.stringify(key)}:${JSON.stringify(value)}`))
  const kept = members
    .filter(({ key }) => !drop.includes(key))
    .map(({ keyStart, valueEnd }) => body.subarray(keyStart, valueEnd))
  const pieces = [...added, ...kept].flatMap((piece, i) => (i === 0 ? [piece] : [comma, piece]))
  return Buffer.concat([open, ...pieces, close])
}

const open = Buffer.from('{')
const comma = Buffer.from(',')
const close = Buffer.from('}')

export interface Betas {
  readonly kept: readonly string[]
  readonly dropped: readonly string[]
}

/**
 * Betas that only the vendor's own API has: its login, its file store, the tools that it runs itself. A platform answers
 * 400 ("invalid beta flag") to a request that names one (github.com/coder/aibridge/issues/221); what else is unknown to it
 * is its own to judge, so that new ones work without us. Without dates: they come anew.
 */
const vendorsOwn =
  /^(?:oauth|claude-code|prompt-caching-scope|files-api|skills|mcp-client|code-execution|web-fetch|fast-mode|advisor-tool)-\d/

/** The platforms have tool search under a name of its own. */
const otherNames: ReadonlyMap<string, string> = new Map([
  ['advanced-tool-use-2025-11-20', 'tool-search-tool-2025-10-19'],
])

/** @param header `anthropic-beta`, or null. @param refused What this platform refuses beyond the others. */
export function hostedBetas(header: string | null, refused: RegExp | null): Betas {
  const asked = (header ?? '').split(',').flatMap((text) => text.trim() || [])
  const isRefused = (beta: string) => vendorsOwn.test(beta) || refused?.test(beta) === true
  return {
    kept: asked.filter((beta) => !isRefused(beta)).map((beta) => otherNames.get(beta) ?? beta),
    dropped: asked.filter(isRefused),
  }
}
