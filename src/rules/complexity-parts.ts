/** The parts of the score, what each counts at most, and how much of that a request has. The weights are a judgement, no measurement. */
import type { ComplexityFacts } from './complexity.ts'
import { wordsOf } from './complexity-words.ts'

export interface Measured {
  /** 0 to 1. */
  readonly share: number
  /** Put into words when somebody reads it: most scores are only compared. */
  readonly why: () => string
}

interface Part {
  readonly weight: number
  readonly measure: (facts: ComplexityFacts) => Measured
}

export type PartName = 'words' | 'length' | 'structure' | 'code' | 'conversation' | 'context' | 'tools' | 'wishes'

/** Together 100. What clients send alike with every request (tools, limits) counts little. */
export const complexityParts: Readonly<Record<PartName, Part>> = {
  words: { weight: 45, measure: measureWords },
  length: { weight: 10, measure: ({ lastUserChars }) => grown(lastUserChars, 80, 4000, 'characters of its own') },
  structure: { weight: 15, measure: measureStructure },
  code: { weight: 10, measure: measureCode },
  conversation: {
    weight: 5,
    // A loop of tools is one piece of work, however many turns it takes.
    measure: ({ userTurns, toolTurns }) => grown(userTurns + Math.sqrt(toolTurns), 1, 24, 'turns'),
  },
  context: { weight: 5, measure: ({ totalChars }) => grown(totalChars, 8000, 800_000, 'characters of conversation') },
  tools: { weight: 5, measure: ({ toolCount }) => grown(toolCount, 1, 24, 'tools') },
  wishes: { weight: 5, measure: measureWishes },
}

/** From nothing at the lower bound to all at the upper one, each doubling alike. */
function grown(value: number, none: number, all: number, what: string): Measured {
  const share = value <= none ? 0 : Math.min(1, Math.log(value / none) / Math.log(all / none))
  return { share, why: () => `${Math.round(value).toLocaleString('en-US')} ${what}` }
}

function measureWords({ lastUserText }: ComplexityFacts): Measured {
  const found = wordsOf(lastUserText)
  if (found.length === 0) return { share: 0, why: () => 'none that tell' }
  const rest = found.reduce((left, { strength }) => left * (1 - strength), 1)
  return { share: 1 - rest, why: () => found.map(({ kind, word }) => `${kind}: ${word}`).join(', ') }
}

const listItem = /^[ \t]{0,8}(?:[-*•]|\d{1,2}[.)]) \S/gm
const demand =
  /\b(?:must|should|needs? to|make sure|ensure|without|except|at least|at most|as well as|and also|then)\b/gi

function measureStructure({ lastUserText }: ComplexityFacts): Measured {
  const items = countOf(lastUserText, listItem)
  const questions = countOf(lastUserText, /\?/g)
  const demands = countOf(lastUserText, demand)
  const share = Math.min(1, items * 0.12 + Math.max(0, questions - 1) * 0.15 + demands * 0.1)
  return { share, why: () => `${items} points of a list, ${questions} questions, ${demands} demands` }
}

const fence = /^[ \t]*```/gm
const stackLine = /^[ \t]+at \S.*:\d+|^[ \t]*File "[^"]+", line \d+|\bTraceback \(most recent/gm
const diffLine = /^(?:@@ .* @@|diff --git |[+-]{3} [ab]\/)/gm
const path =
  /(?:^|[\s`'"(@])(?:[\w.-]+\/)*[\w-]+\.(?:[cm]?[jt]sx?|py|rs|go|java|rb|php|cs|c|h|cpp|swift|kt|sql|ya?ml|json|toml|sh)\b/g

function measureCode({ lastUserText }: ComplexityFacts): Measured {
  const blocks = Math.ceil(countOf(lastUserText, fence) / 2)
  const traces = Math.min(1, countOf(lastUserText, stackLine)) + Math.min(1, countOf(lastUserText, diffLine))
  const files = countOf(lastUserText, path)
  const share = Math.min(1, blocks * 0.35 + traces * 0.5 + Math.max(0, files - 1) * 0.15)
  return { share, why: () => `${blocks} blocks of code, ${traces} traces or diffs, ${files} files` }
}

const hard: ReadonlySet<unknown> = new Set(['high', 'xhigh', 'max'])

function measureWishes({ effort, wantsSchema, media }: ComplexityFacts): Measured {
  const hasImages = media.has('image')
  const share = (hard.has(effort) ? 0.6 : 0) + (wantsSchema ? 0.2 : 0) + (hasImages ? 0.2 : 0)
  const wishes = () =>
    [hard.has(effort) ? `effort ${effort}` : '', wantsSchema ? 'a schema' : '', hasImages ? 'images' : '']
      .filter((wish) => wish !== '')
      .join(', ')
  return { share, why: () => wishes() || 'none' }
}

const countOf = (text: string, pattern: RegExp): number => text.match(pattern)?.length ?? 0
