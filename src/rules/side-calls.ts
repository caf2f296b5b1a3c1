/**
 * What agents ask on the side of their work: titles, summaries of a conversation that gets too long, checks. Told by how clients
 * word such requests, as far as they were seen or are public (`docs/clients.md`); what is not known counts as work.
 */
import type { RequestShape } from '../neutral/shape.ts'

export type SideCallKind =
  | 'title'
  | 'topic'
  | 'summary'
  | 'recap'
  | 'suggestion'
  | 'quota'
  | 'warm-up'
  | 'command-check'
  | 'turn-check'
  | 'routing'
  | 'other'

export interface SideCall {
  readonly kind: SideCallKind
  readonly why: string
  /** Whether the smallest model will do. Not so for a summary: all that comes after rests on it. */
  readonly isSmall: boolean
}

export interface SideCallFacts {
  /** How the system prompt begins. */
  readonly system: string
  readonly shape: RequestShape
  readonly toolCount: number
  readonly maxOutputTokens: number | null
  /** `x-claude-code-request-class`, where it is sent. */
  readonly requestClass: string | null
  /** Whether the path itself asks for it (`/responses/compact`). */
  readonly isCompaction: boolean
}

/** A person may quote any of these, so each stands where the client puts it, and what clients send without tools must come without. */
interface Mark {
  readonly kind: SideCallKind
  readonly where: 'system' | 'start' | 'end'
  readonly text: string
  readonly mayHaveTools?: true
}

const marks: readonly Mark[] = [
  // Claude Code, by version; 2.1 sends the first.
  { kind: 'title', where: 'system', text: 'Generate a concise, sentence-case title' },
  { kind: 'title', where: 'system', text: 'Summarize this coding conversation in under 50 characters' },
  { kind: 'title', where: 'start', text: 'Please write a 5-10 word title for the following conversation' },
  { kind: 'topic', where: 'system', text: 'Analyze if this message indicates a new conversation topic' },
  { kind: 'summary', where: 'system', text: 'You are a helpful AI assistant tasked with summarizing' },
  { kind: 'summary', where: 'start', text: 'Your task is to create a detailed summary of', mayHaveTools: true },
  { kind: 'recap', where: 'start', text: 'The user stepped away and is coming back', mayHaveTools: true },
  { kind: 'suggestion', where: 'start', text: '[SUGGESTION MODE:', mayHaveTools: true },
  { kind: 'command-check', where: 'start', text: 'Your task is to process Bash commands that an AI coding agent' },
  { kind: 'command-check', where: 'system', text: 'Your task is to process Bash commands that an AI coding agent' },
  { kind: 'command-check', where: 'system', text: 'Extract any file paths that this command reads or modifies' },
  // Codex
  { kind: 'summary', where: 'start', text: 'You are performing a CONTEXT CHECKPOINT COMPACTION', mayHaveTools: true },
  // OpenCode
  { kind: 'title', where: 'system', text: 'You are a title generator' },
  { kind: 'summary', where: 'end', text: 'Create a new anchored summary from the conversation history' },
  { kind: 'summary', where: 'end', text: 'The <prior-summary> summarizes everything that happened before' },
  { kind: 'summary', where: 'system', text: 'You are a context summarization' },
  // Gemini CLI
  {
    kind: 'summary',
    where: 'system',
    text: 'You are a specialized system component responsible for distilling chat history',
  },
  { kind: 'summary', where: 'system', text: 'You are the component that summarizes' },
  { kind: 'routing', where: 'system', text: 'You are a specialized Task Routing AI' },
  {
    kind: 'turn-check',
    where: 'start',
    text: 'Analyze *only* the content and structure of your immediately preceding',
  },
]

const classes: ReadonlyMap<string, SideCallKind> = new Map([
  ['compaction', 'summary'],
  ['auxiliary', 'other'],
  ['side_reply', 'other'],
])

export function sideCallOf(facts: SideCallFacts): SideCall | null {
  if (facts.isCompaction) return sideCall('summary', 'the path asks for it')
  const probe = probeOf(facts)
  if (probe !== null) return probe
  const mark = marks.find((one) => isAt(one, facts))
  if (mark !== undefined) return sideCall(mark.kind, `${places[mark.where]} "${mark.text.slice(0, 50)}"`)
  const kind = classes.get(facts.requestClass ?? '')
  return kind === undefined ? null : sideCall(kind, `the client says ${facts.requestClass}`)
}

const places = { system: 'its system prompt says', start: 'it begins', end: 'it ends' } as const

const sideCall = (kind: SideCallKind, why: string): SideCall => ({ kind, why, isSmall: kind !== 'summary' })

/** One word, one token, no tools: nobody wants to read the answer. */
function probeOf({ shape, toolCount, maxOutputTokens }: SideCallFacts): SideCall | null {
  if (shape.userTurns !== 1 || shape.toolTurns > 0) return null
  const word = shape.lastUserText.toLowerCase()
  if (word === 'warmup') return sideCall('warm-up', 'all that it says is "Warmup"')
  if (maxOutputTokens !== 1 || toolCount > 0) return null
  return sideCall('quota', word === 'quota' ? 'one token is wanted for "quota"' : 'one token is wanted')
}

function isAt({ where, text, mayHaveTools }: Mark, { system, shape, toolCount }: SideCallFacts): boolean {
  if (toolCount > 0 && mayHaveTools !== true) return false
  switch (where) {
    case 'system':
      return beginsParagraph(system, text)
    case 'start':
      return beginsParagraph(shape.lastUserStart, text)
    case 'end':
      return beginsParagraph(shape.lastUserText, text)
  }
}

function beginsParagraph(text: string, mark: string): boolean {
  const at = text.indexOf(mark)
  return at === 0 || (at > 0 && text.slice(0, at).trimEnd() === '') || (at > 0 && text[at - 1] === '\n')
}
