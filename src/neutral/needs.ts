/** What a request needs of the model that answers it, and whether one has it. What is not known of a model is no lack. */
import type { Capabilities } from './capability.ts'
import type { MediaKind, Message, Part } from './message.ts'
import type { NeutralRequest } from './request.ts'

export interface Needs {
  readonly hasTools: boolean
  readonly media: ReadonlySet<MediaKind>
  /** Of the whole input; null where it was not estimated. */
  readonly inputTokens: number | null
  readonly wantsSchema: boolean
  readonly wantsThinking: boolean
}

/** What is known of a request whose body is not read into the neutral form. */
export const needsOfFacts = (toolCount: number, inputTokens: number | null): Needs => ({
  hasTools: toolCount > 0,
  media: noMedia,
  inputTokens,
  wantsSchema: false,
  wantsThinking: false,
})

const noMedia: ReadonlySet<MediaKind> = new Set()

export const needsOf = (request: NeutralRequest, inputTokens: number | null): Needs => ({
  hasTools: request.tools.length > 0,
  media: mediaOf(request.messages),
  inputTokens,
  wantsSchema: request.format?.kind === 'schema',
  wantsThinking: isThinkingWished(request),
})

function mediaOf(messages: readonly Message[]): ReadonlySet<MediaKind> {
  const found = new Set<MediaKind>()
  for (const { parts } of messages) addMedia(parts, found)
  return found
}

function addMedia(parts: readonly Part[], found: Set<MediaKind>): void {
  for (const part of parts) {
    // A document in plain text is text to whoever reads none.
    if (part.type === 'media' && part.source.kind !== 'text') found.add(part.media)
    if (part.type === 'tool-result') addMedia(part.output, found)
  }
}

function isThinkingWished({ thinking }: NeutralRequest): boolean {
  if (thinking === null || thinking.isOn === false || thinking.effort === 'none') return false
  return thinking.isOn === true || thinking.effort !== null || (thinking.budgetTokens ?? 0) > 0
}

const plural: Readonly<Record<MediaKind, string>> = {
  image: 'images',
  document: 'documents',
  audio: 'audio',
  video: 'video',
}

/** @returns The first lack, in words that follow the model's name, or null. */
export function lacking(model: Capabilities, needs: Needs): string | null {
  if (needs.hasTools && model.hasTools === false) return 'has no tools'
  for (const kind of needs.media) if (model.reads?.includes(kind) === false) return `reads no ${plural[kind]}`
  const longest = model.maxInputTokens ?? model.contextTokens
  if (longest !== null && needs.inputTokens !== null && needs.inputTokens > longest) {
    return `reads at most ${longest.toLocaleString('en-US')} tokens`
  }
  const keepsTo = model.structuredOutput
  if (needs.wantsSchema && keepsTo !== null && keepsTo !== 'schema') return 'keeps to no schema'
  return needs.wantsThinking && model.thinking.isKnown && model.thinking.style === 'none' ? 'does not think' : null
}
