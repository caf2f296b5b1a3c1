/** What an answer means, whatever dialect tells it; and what of it is missing in another, unless it was named as dropped. */
import type { DialectId } from '../../../src/neutral/model.ts'
import { argumentsJson, type Part } from '../../../src/neutral/message.ts'
import type { FinishKind, NeutralReply } from '../../../src/neutral/reply.ts'
import { noUsage, totalInputTokens } from '../../../src/neutral/usage.ts'

const joined = (parts: readonly Part[], ...types: readonly Part['type'][]): string =>
  parts.map((part) => (types.includes(part.type) && 'text' in part ? part.text : '')).join('\n')

/** White space is what dialects part texts by. */
const dense = (text: string): string => text.replace(/\s+/g, '')

const callsIn = (parts: readonly Part[]): string[] =>
  parts.flatMap((part) => {
    if (part.type !== 'tool-call') return []
    const input = part.kind === 'custom' && 'text' in part.arguments ? part.arguments.text : null
    const args: unknown = JSON.parse(input === null ? argumentsJson(part.arguments) : JSON.stringify({ input }))
    return [`${part.id} ${part.name}(${JSON.stringify(args)})`]
  })

const citedIn = (parts: readonly Part[]): string[] =>
  parts.flatMap((part) => (part.type === 'text' ? (part.citations ?? []) : [])).map(({ url }) => url ?? '')

/** What nobody who reads an answer can do without. */
export const wordsAndCalls = ({ parts }: NeutralReply): string =>
  [dense(joined(parts, 'text', 'refusal')), ...callsIn(parts)].join('\n')

/** What was searched for, and what was found. */
const searchedIn = (parts: readonly Part[]): string[] =>
  parts.flatMap((part) =>
    part.type === 'web-search'
      ? [...(part.query === null ? [] : [part.query]), ...part.sources.map(({ url }) => url)]
      : [],
  )

const mediaIn = (parts: readonly Part[]) =>
  parts.flatMap((part) =>
    part.type === 'media'
      ? [{ kind: part.media, isFile: part.source.kind === 'file', key: JSON.stringify(part.source) }]
      : [],
  )

/** A text with what is sealed in it, and in that. */
export function unsealedIn(text: string): string {
  const inner = [...text.matchAll(/rp1_([\w-]+)/g)].map(([, sealed]) =>
    Buffer.from(sealed ?? '', 'base64url').toString(),
  )
  return [text, ...inner.map(unsealedIn)].join('\n')
}

/** The texts that signatures are; an item's id beside one is no part of it. */
const signedIn = (parts: readonly Part[]): string[] =>
  parts.flatMap((part) =>
    'signed' in part && part.signed !== undefined ? textsIn({ ...part.signed.value, id: null }) : [],
  )

function textsIn(value: unknown): string[] {
  if (typeof value === 'string') return [value]
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(textsIn) : []
}

/** The nearest that a dialect has to say; itself where it is not listed. */
const nearest: Readonly<Record<DialectId, Partial<Record<FinishKind, readonly FinishKind[]>>>> = {
  anthropic: { 'content-filter': ['refusal'], error: ['stop'], other: ['stop', 'tool-calls'] },
  'openai-chat': {
    'stop-sequence': ['stop'],
    refusal: ['refusal', 'content-filter'],
    pause: ['stop'],
    context: ['length'],
    error: ['stop'],
    other: ['stop'],
  },
  'openai-responses': {
    'stop-sequence': ['stop'],
    refusal: ['refusal', 'content-filter'],
    pause: ['stop'],
    context: ['length'],
    other: ['stop'],
  },
  gemini: {
    'stop-sequence': ['stop'],
    refusal: ['content-filter'],
    pause: ['stop'],
    context: ['length'],
    error: ['other'],
  },
}

export interface Told {
  readonly reply: NeutralReply | null
  /** As it was written, and as `unsealedIn` has it. */
  readonly text: string
  readonly dropped: ReadonlySet<string>
}

/** @param to The dialect that it was told in. @param given What the provider said. */
export function missingInReply(to: DialectId, given: NeutralReply, { reply: told, text, dropped }: Told): string[] {
  if (told === null) return ['it has no end']
  const faults: string[] = []
  const differs = (what: string, a: string | number, b: string | number) => {
    if (a !== b) faults.push(`${what}: ${String(b).slice(0, 120)} for ${String(a).slice(0, 120)}`)
  }
  differs('text', dense(joined(given.parts, 'text', 'refusal')), dense(joined(told.parts, 'text', 'refusal')))
  differs('reasoning', dense(joined(given.parts, 'reasoning')), dense(joined(told.parts, 'reasoning')))
  differs('calls', callsIn(given.parts).join('\n'), callsIn(told.parts).join('\n'))
  const cited = citedIn(told.parts)
  const uncited = citedIn(given.parts).filter((url) => !cited.includes(url))
  if (uncited.length > 0 && !dropped.has('citations')) faults.push(`citations of ${uncited.join(' ')}`)
  if (uncited.length === 0 && dropped.has('citations')) faults.push('citations are named and not dropped')
  const media = mediaIn(told.parts).map(({ key }) => key)
  for (const { kind, key, isFile } of mediaIn(given.parts))
    if (!media.includes(key) && !dropped.has(isFile ? 'file id' : kind)) faults.push(`${kind} ${key.slice(0, 80)}`)
  // It goes back with the client's next request; that it is found there is what the dialects' own tests show.
  for (const value of signedIn(given.parts))
    if (!text.includes(value) && !dropped.has('signature')) faults.push(`signature ${value.slice(0, 80)}`)
  const found = searchedIn(told.parts)
  const unsearched = searchedIn(given.parts).filter((what) => !found.includes(what))
  if (unsearched.length > 0 && !dropped.has('web_search')) faults.push(`searches for ${unsearched.join(' ')}`)
  for (const part of given.parts)
    if (part.type === 'foreign' && !dropped.has(part.name)) faults.push(`${part.name} is not named`)
  return [...faults, ...missingAround(to, given, told, dropped)]
}

function missingAround(to: DialectId, given: NeutralReply, told: NeutralReply, dropped: ReadonlySet<string>): string[] {
  const faults: string[] = []
  const kinds = [...(nearest[to][given.finish.kind] ?? [given.finish.kind])]
  // An answer that ends otherwise and holds calls is read as one that waits for them.
  if (given.finish.kind === 'stop' && callsIn(given.parts).length > 0) kinds.push('tool-calls')
  if (!kinds.includes(told.finish.kind)) faults.push(`it ended by ${told.finish.kind} for ${given.finish.kind}`)
  const isMet = given.finish.stopSequence === told.finish.stopSequence
  if (!isMet && !dropped.has('stop_sequence')) faults.push(`stop sequence ${told.finish.stopSequence}`)
  if (isMet && dropped.has('stop_sequence')) faults.push('stop_sequence is named and not dropped')
  if (given.id !== null && told.id !== given.id) faults.push(`id ${told.id} for ${given.id}`)
  if (given.model !== null && told.model !== given.model) faults.push(`model ${told.model} for ${given.model}`)
  const [a, b] = [given.usage ?? noUsage, told.usage ?? noUsage]
  const counts = [
    ['input', totalInputTokens(a), totalInputTokens(b)],
    ['output', a.outputTokens, b.outputTokens],
    ['cached', a.cacheReadTokens, b.cacheReadTokens],
    ['thinking', a.reasoningTokens, b.reasoningTokens],
  ] as const
  for (const [name, asked, got] of counts) if (asked !== got) faults.push(`${name} tokens: ${got} for ${asked}`)
  return faults
}
