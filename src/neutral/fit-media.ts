/** Images, documents, audio and video that a model can't read: a line of text stands in their place, and they are named. */
import type { Note } from './adjustment.ts'
import type { Capabilities } from './capability.ts'
import type { MediaKind, MediaPart, Message, Part } from './message.ts'
import type { NeutralRequest } from './request.ts'

const plural: Readonly<Record<MediaKind, string>> = {
  image: 'images',
  document: 'documents',
  audio: 'audio',
  video: 'video',
}

interface Loss {
  readonly field: string
  readonly why: string
}

export function fitMedia(
  request: NeutralRequest,
  capabilities: Capabilities,
  isForeign: boolean,
  note: Note,
): NeutralRequest {
  const counts = new Map<string, { loss: Loss; times: number }>()
  const fitPart = (part: Part): Part => {
    if (part.type === 'tool-result') {
      const output = mapKept(part.output, fitPart)
      return output === part.output ? part : { ...part, output }
    }
    const loss = part.type === 'media' ? lossOf(part, capabilities, isForeign) : null
    if (part.type !== 'media' || loss === null) return part
    const counted = counts.get(loss.field)
    if (counted === undefined) counts.set(loss.field, { loss, times: 1 })
    else counted.times++
    const text = `[${part.media} left out: ${loss.why}]`
    return part.cache === undefined ? { type: 'text', text } : { type: 'text', text, cache: part.cache }
  }
  const messages = mapKept(request.messages, (message): Message => {
    const parts = mapKept(message.parts, fitPart)
    return parts === message.parts ? message : { ...message, parts }
  })
  for (const { loss, times } of counts.values()) note({ ...loss, did: 'dropped', from: `${times}` })
  return messages === request.messages ? request : { ...request, messages }
}

function lossOf({ media, source }: MediaPart, capabilities: Capabilities, isForeign: boolean): Loss | null {
  const { model, reads, takesUrls, ownUrls } = capabilities
  // A document in plain text is text, whatever the model reads.
  if (source.kind === 'text') return null
  if (reads !== null && !reads.includes(media)) return { field: media, why: `${model} reads no ${plural[media]}` }
  if (source.kind === 'file')
    return isForeign ? { field: 'file id', why: `${model} can't open another provider's files` } : null
  if (source.kind !== 'url' || takesUrls || source.url.startsWith('data:')) return null
  if (ownUrls.some((start) => source.url.startsWith(start))) return null
  return { field: `${media} url`, why: `${model} takes no URLs of ${plural[media]}, only their bytes` }
}

/** The list itself when no entry changed. */
function mapKept<T>(list: readonly T[], change: (entry: T) => T): readonly T[] {
  let changed: T[] | null = null
  for (const [index, entry] of list.entries()) {
    const next = change(entry)
    if (next === entry) continue
    changed ??= [...list]
    changed[index] = next
  }
  return changed ?? list
}
