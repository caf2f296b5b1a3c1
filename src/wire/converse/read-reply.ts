/** A whole answer of Converse. */
import type { Citation, Part, TextPart } from '../../neutral/message.ts'
import type { NeutralReply } from '../../neutral/reply.ts'
import { asList, asRecord, asString, type JsonRecord } from '../fields.ts'
import type { Signer } from '../translator.ts'
import { readImage } from './media.ts'
import { readFinish, readUsage } from './usage.ts'

export function readReply(body: unknown, signer: Signer): NeutralReply {
  const reply = asRecord(body) ?? {}
  const message = asRecord(asRecord(reply.output)?.message)
  return {
    // Converse names neither its answer nor the model.
    id: null,
    model: null,
    parts: asList(message?.content).flatMap((block) => readBlock(asRecord(block), signer)),
    finish: readFinish(reply.stopReason),
    usage: readUsage(reply.usage),
    ...carriedOf(reply),
  }
}

/** How long it took is measured here too, and is left out. */
const modelled: ReadonlySet<string> = new Set(['output', 'stopReason', 'usage', 'metrics', 'serviceTier'])

/** What a guardrail found, what the model said past Converse. */
export function carriedOf(fields: JsonRecord): Pick<NeutralReply, 'carried'> {
  const rest = Object.entries(fields).filter(([name]) => !modelled.has(name))
  return rest.length === 0 ? {} : { carried: { dialect: 'converse', fields: Object.fromEntries(rest) } }
}

/** Each block has one member, which says what it is. */
function readBlock(block: JsonRecord | null, signer: Signer): readonly Part[] {
  const [name, value] = Object.entries(block ?? {})[0] ?? []
  if (name === undefined) return []
  return readKnown(name, value, signer) ?? [{ type: 'foreign', dialect: 'converse', name, value }]
}

/** @returns null for what has no neutral word. */
function readKnown(name: string, value: unknown, signer: Signer): readonly Part[] | null {
  if (name === 'text') return value === '' ? [] : typeof value === 'string' ? [{ type: 'text', text: value }] : null
  const fields = asRecord(value)
  if (fields === null) return null
  switch (name) {
    case 'reasoningContent':
      return readReasoning(fields, signer)
    case 'toolUse':
      return readCall(fields)
    case 'citationsContent':
      return [readCited(fields)]
    case 'image': {
      const image = readImage(fields)
      return image === null ? null : [image]
    }
    default:
      return null
  }
}

function readReasoning(fields: JsonRecord, { provider }: Signer): readonly Part[] | null {
  const redacted = asString(fields.redactedContent)
  if (redacted !== null) {
    const signed = { form: 'converse', by: provider, value: { redactedContent: redacted } } as const
    return [{ type: 'reasoning', text: '', signed }]
  }
  const told = asRecord(fields.reasoningText)
  if (told === null) return null
  const text = asString(told.text) ?? ''
  const signature = asString(told.signature)
  if (signature === null) return text === '' ? [] : [{ type: 'reasoning', text }]
  return [{ type: 'reasoning', text, signed: { form: 'converse', by: provider, value: { signature } } }]
}

/** Calls that the platform answers itself are no client's to answer. */
function readCall(fields: JsonRecord): readonly Part[] | null {
  const id = asString(fields.toolUseId)
  const name = asString(fields.name)
  if (id === null || name === null || fields.type === 'server_tool_use') return null
  return [{ type: 'tool-call', id, name, kind: 'function', arguments: { value: fields.input ?? {} } }]
}

function readCited(fields: JsonRecord): TextPart {
  const text = textsIn(fields.content).join('')
  return { type: 'text', text, citations: asList(fields.citations).flatMap((each) => readCitation(asRecord(each))) }
}

const textsIn = (list: unknown): readonly string[] =>
  asList(list).flatMap((entry) => asString(asRecord(entry)?.text) ?? [])

export function readCitation(fields: JsonRecord | null): readonly Citation[] {
  if (fields === null) return []
  const { title, sourceContent, location, ...others } = fields
  const quote = textsIn(sourceContent).join('')
  const url = asString(asRecord(asRecord(location)?.web)?.url)
  const rest = location === undefined ? others : { location, ...others }
  return [
    {
      url,
      title: asString(title),
      quote: quote === '' ? null : quote,
      start: null,
      end: null,
      ...(Object.keys(rest).length === 0 ? {} : { carried: { dialect: 'converse', fields: rest } }),
    },
  ]
}
