/** Words that tell what is asked for. Each kind counts once, whatever of it is found: a text does not get harder by repeating itself. */

export interface FoundWord {
  readonly kind: string
  readonly word: string
  /** How much of what is left to the whole it takes, 0 to 1. */
  readonly strength: number
}

interface Kind {
  readonly kind: string
  readonly strength: number
  readonly pattern: RegExp
}

const kinds: readonly Kind[] = [
  {
    kind: 'design',
    strength: 0.45,
    pattern:
      /\b(?:architect\w*|(?:re)?design(?:s|ed|ing)?|trade-?offs?|strateg(?:y|ies)|roadmap|migrat(?:e|es|ing|ion))\b/i,
  },
  {
    kind: 'weighing',
    strength: 0.4,
    pattern:
      /\b(?:analy[sz](?:e|es|ing|is)|compar(?:e|es|ing|ison)|evaluat(?:e|es|ing|ion)|assess(?:ment)?|pros and cons|critique)\b/i,
  },
  {
    kind: 'reasoning',
    strength: 0.35,
    pattern:
      /\b(?:prove|proof|derive|root cause|investigat(?:e|ing)|figure out|explain why|why (?:does|do|is|are|did)|step by step|reason about)\b/i,
  },
  {
    kind: 'hard matter',
    strength: 0.4,
    pattern:
      /\b(?:concurren\w+|race conditions?|deadlocks?|memory leaks?|distributed|consensus|vulnerabilit\w+|security|optimi[sz]\w+|performance|refactor\w*|algorithms?|thread-?safe)\b/i,
  },
  {
    kind: 'wide scope',
    strength: 0.35,
    pattern:
      /\b(?:(?:whole|entire|full|complete) (?:code ?base|repo(?:sitory)?|project|system|app(?:lication)?|stack)|across (?:all|the|every|several|multiple)|all (?:the )?(?:files|modules|services|tests|endpoints)|end-to-end|from scratch|multi-?step|comprehensive(?:ly)?|thorough(?:ly)?|in depth|in detail)\b/i,
  },
  {
    kind: 'making',
    strength: 0.2,
    pattern: /\b(?:implement\w*|build|create|develop|write|add|extend|integrat(?:e|es|ing|ion)|port)\b/i,
  },
  {
    kind: 'mending',
    strength: 0.2,
    pattern:
      /\b(?:debug\w*|fix(?:es|ing)?|broken|crash\w*|fail(?:s|ed|ing|ure|ures)?|regression|review\w*|does(?: not|n't) work)\b/i,
  },
]

export function wordsOf(text: string): readonly FoundWord[] {
  const found: FoundWord[] = []
  for (const { kind, strength, pattern } of kinds) {
    const word = pattern.exec(text)?.[0]
    if (word !== undefined) found.push({ kind, word: word.toLowerCase(), strength })
  }
  return found
}
