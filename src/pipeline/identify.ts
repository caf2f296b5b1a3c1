/** Whose request it is: the session it belongs to, the agent that sent it, the caller's tags. Pure; text is hashed, not kept. */
import type { HeaderLookup } from '../lib/header-table.ts'
import type { RequestFacts } from '../wire/dialect.ts'
import { subAgentOf } from './sub-agent.ts'

export interface Identity {
  readonly session: { readonly id: string; readonly source: string } | null
  readonly agent: { readonly name: string; readonly source: 'header' | 'user-agent' | 'fingerprint' } | null
}

const sessionHeaders: readonly (readonly [header: string, source: string])[] = [
  ['x-relayplane-session', 'header'],
  ['x-claude-code-session-id', 'claude-code'],
  ['session-id', 'codex'],
  ['session_id', 'codex'],
  ['x-session-id', 'header'],
]

const claudeCode = 'claude-code'

/** User-agent products that name an agent, as they write it themselves. */
const agentProducts: readonly (readonly [product: string, agent: string])[] = [
  ['claude-cli', claudeCode],
  ['claude-code', claudeCode],
  ['codex', 'codex'],
  ['opencode', 'opencode'],
  ['geminicli', 'gemini-cli'],
  ['gemini-cli', 'gemini-cli'],
  ['aider', 'aider'],
  ['cursor', 'cursor'],
  ['openclaw', 'openclaw'],
  ['cline', 'cline'],
  ['roo-code', 'roo-code'],
  ['roocode', 'roo-code'],
  ['kilo', 'kilo-code'],
  ['zed', 'zed'],
  ['goose', 'goose'],
  ['crush', 'crush'],
  ['qwen', 'qwen-code'],
  ['githubcopilot', 'copilot'],
  ['continue', 'continue'],
]

export type Fingerprint = (system: string) => string

/** Knows the system prompts that it has met by their hashes: to take a long one's fingerprint anew is 50 µs. */
export function openFingerprints(): Fingerprint {
  const known = new Map<bigint, string>()
  return (system) => {
    if (system === '') return ''
    const key = Bun.hash.xxHash64(system)
    const before = known.get(key)
    if (before !== undefined) return before
    if (known.size >= knownPrompts) known.clear()
    const print = fingerprint(system)
    known.set(key, print)
    return print
  }
}

/** A program that writes the time into its prompts only empties the map. */
const knownPrompts = 1000

export function identify(headers: HeaderLookup, facts: RequestFacts, fingerprintOf = fingerprint): Identity {
  const product = agentCalled(headers.get('user-agent') ?? '')
  return {
    session: sessionOf(headers, facts, product, fingerprintOf),
    agent: agentOf(headers, facts, product, fingerprintOf),
  }
}

function agentCalled(userAgent: string): string | null {
  if (userAgent === '') return null
  const lower = userAgent.toLowerCase()
  return agentProducts.find(([product]) => lower.startsWith(product))?.[1] ?? null
}

function sessionOf(
  headers: HeaderLookup,
  facts: RequestFacts,
  product: string | null,
  fingerprintOf: Fingerprint,
): Identity['session'] {
  for (const [header, source] of sessionHeaders) {
    const id = cleanName(headers.get(header))
    // One agent may use another's header: OpenCode sends Codex's to OpenAI.
    if (id !== null) return { id, source: product === null || product === source ? source : 'header' }
  }
  if (facts.session !== null) {
    const id = cleanName(facts.session.id)
    if (id !== null) return { id, source: facts.session.source }
  }
  const { system, user } = facts.opening
  if (user === '') return null
  return { id: `fp_${hash(`${fingerprintOf(system)}\n${user}`)}`, source: 'fingerprint' }
}

function agentOf(
  headers: HeaderLookup,
  facts: RequestFacts,
  product: string | null,
  fingerprintOf: Fingerprint,
): Identity['agent'] {
  const named = cleanName(headers.get('x-relayplane-agent'))
  if (named !== null) return { name: named, source: 'header' }
  const { system } = facts.opening
  if (product !== null) {
    const sub = product === claudeCode ? subAgentOf(headers, system, fingerprintOf) : null
    return sub === null
      ? { name: product, source: 'user-agent' }
      : { name: `${product}/${sub.word}`, source: sub.source }
  }
  if (system !== '') return { name: `agent-${fingerprintOf(system).slice(0, 8)}`, source: 'fingerprint' }
  const program = cleanName(headers.get('user-agent')?.split(/[/\s]/)[0] ?? null)
  return program === null ? null : { name: program, source: 'user-agent' }
}

/** @returns '' for ''. */
const fingerprint = (system: string): string => (system === '' ? '' : hash(stable(system)))

/** The start of a system prompt without what changes from run to run: dates, times, paths, ids, numbers. */
export const stable = (text: string): string =>
  text
    .replace(/(?:[A-Za-z]:)?(?:[\\/][\w.@+-]+){2,}[\\/]?/g, '')
    .replace(/\b[0-9a-f]{8}-[0-9a-f-]{27}\b/gi, '')
    .replace(/\b(?=[a-f]*\d)[0-9a-f]{7,64}\b/g, '')
    .replace(/\b(?:mon|tue|tues|wed|wednes|thu|thurs|fri|sat|satur|sun)(?:day)?\b|\b[ap]m\b/gi, '')
    .replace(/\b(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\b/gi, '')
    .replace(/\d+/g, '')
    .replace(/\s+/g, ' ')
    // Cut last: a longer path before the cut would move it.
    .slice(0, stableLength)

/** What is left of an opening, which is twice as long, in spite of all that is taken out. */
const stableLength = 1000

const hash = (text: string): string => Bun.hash.xxHash64(text).toString(16).padStart(16, '0')

/** A caller's word, cut to what a table and a log line can carry; null when nothing is left. */
function cleanName(text: string | null): string | null {
  if (text === null) return null
  const clean = text
    .replace(/[^\x20-\x7e]/g, '')
    .trim()
    .slice(0, 200)
  return clean === '' ? null : clean
}

const maxTags = 16

/**
 * `X-RelayPlane-Tags`: a flat JSON object of strings, or `k=v,k=v`.
 * @returns The tags, null for none, or a sentence that says why they were left out.
 */
export function readTags(header: string | null): Readonly<Record<string, string>> | null | string {
  if (header === null || header.trim() === '') return null
  const pairs = header.trim().startsWith('{') ? jsonPairs(header) : listPairs(header)
  if (typeof pairs === 'string') return pairs
  if (pairs.length > maxTags) return `more than ${maxTags} tags`
  const tooLong = pairs.find(([key, value]) => key === '' || key.length > 64 || value.length > 256)
  if (tooLong !== undefined) return 'a tag without a name, or longer than 64 characters (name) or 256 (value)'
  return Object.fromEntries(pairs)
}

function jsonPairs(text: string): (readonly [string, string])[] | string {
  try {
    const value: unknown = JSON.parse(text)
    if (value === null || typeof value !== 'object' || Array.isArray(value)) return 'the tags are not a flat object'
    const entries = Object.entries(value)
    if (entries.some(([, v]) => typeof v === 'object')) return 'the tags are not a flat object'
    return entries.map(([key, v]) => [key, String(v)] as const)
  } catch {
    return 'the tags are not valid JSON'
  }
}

function listPairs(text: string): (readonly [string, string])[] | string {
  const pairs = text.split(',').map((pair) => pair.split('='))
  if (pairs.some((pair) => pair.length < 2)) return 'the tags are not written k=v,k=v'
  return pairs.map(([key, ...value]) => [(key ?? '').trim(), value.join('=').trim()] as const)
}
