/**
 * Which of Claude Code's sub-agents sent a request. It says in a header that one did; of what type only where it is asked to
 * (`CLAUDE_CODE_GATEWAY_HINT_HEADERS=1`), so else its own system prompt tells. Seen in 2.1.197 and 2.1.330: `docs/clients.md`.
 */
import type { HeaderLookup } from '../lib/header-table.ts'
import type { Fingerprint } from './identify.ts'

/** How the prompts of its built-in types begin. */
const builtIn: readonly (readonly [start: string, type: string])[] = [
  ['You are a file search specialist for Claude Code', 'explore'],
  ['You are an agent for Claude Code', 'general-purpose'],
  ['You are a software architect and planning specialist for Claude Code', 'plan'],
]

/** Work of its own that it does with a sub-agent's conversation. */
const sideCall = 'You are a helpful AI assistant tasked with summarizing'
const sideClasses: ReadonlySet<string> = new Set(['compaction', 'auxiliary', 'side_reply'])

/** Whose prompt it is: a line that stands before every prompt. */
const preface = /^You are (?:a Claude agent, built on|Claude Code, )[^\n]*\n\s*/

const knownType = /^[a-z][a-z0-9-]{0,39}$/

export interface SubAgent {
  /** `explore`, or eight digits of a fingerprint. */
  readonly word: string
  readonly source: 'header' | 'fingerprint'
}

/** @returns null for the agent itself, and for what it does on the side: titles, summaries. */
export function subAgentOf(headers: HeaderLookup, system: string, fingerprintOf: Fingerprint): SubAgent | null {
  if (headers.get('x-claude-code-agent-id') === null) return null
  if (sideClasses.has(headers.get('x-claude-code-request-class') ?? '')) return null
  const type = headers.get('x-claude-code-agent-type')?.toLowerCase()
  // All that users define are of the type `custom`.
  if (type !== undefined && type !== 'custom' && knownType.test(type)) return { word: type, source: 'header' }
  const own = system.replace(preface, '').trimStart()
  if (own === '' || own.startsWith(sideCall)) return null
  const known = builtIn.find(([start]) => own.startsWith(start))?.[1]
  if (known !== undefined) return { word: known, source: 'fingerprint' }
  // What follows the first paragraph may be its own notes, which differ by version and folder.
  const [first = own] = own.split('\n\n', 1)
  return { word: fingerprintOf(first).slice(0, 8), source: 'fingerprint' }
}
