/**
 * How many tokens a request has, estimated without a tokenizer: characters by their kind, media by rules of thumb. What it is
 * off by for real tokenizers is in `docs/models.md`; `providers/token-calibration.ts` learns the rest from real usage.
 */
import type { MediaKind, MediaPart, Part } from './message.ts'
import type { NeutralRequest, Tool } from './request.ts'
import { sampledTokens, textTokens } from './text-tokens.ts'

/** Tokens of one text. */
type Count = (text: string) => number

/** Role, separators, the turn's end. */
const tokensPerMessage = 4
/** A call or a result: its id, its name's frame. */
const tokensPerToolPart = 12
/** What a tool's declaration costs beside its words. */
const tokensPerTool = 16
/** What providers put before the first tool: how tools are called. */
const tokensOfToolUse = 120
/** An image of about a megapixel; small ones cost less, and nobody charges much more. */
const tokensPerImage = 1300
/** A screenshot compressed well has a quarter of a byte a pixel, and 750 pixels are a token; never less than a small tile. */
const imageBytesPerToken = 180
const fewestImageTokens = 85
/** A page of a PDF is some 30 kB and costs its text and its picture. */
const pdfBytesPerToken = 15
/** Compressed speech of 32 kbit/s, at 25 to 32 tokens a second. */
const audioBytesPerToken = 140
const videoBytesPerToken = 500
/** A file that lies elsewhere: one page, or a quarter of a minute. */
const tokensPerDistantFile = 1500

export const estimateTokens = (request: NeutralRequest): number => tokensOf(request, textTokens)

/** The same with long texts sampled: some percent off, in a fraction of the time. */
export const roughTokens = (request: NeutralRequest): number => tokensOf(request, sampledTokens)

function tokensOf(request: NeutralRequest, count: Count): number {
  let tokens = 3
  for (const part of request.system) tokens += count(part.text)
  if (request.system.length > 0) tokens += tokensPerMessage
  for (const message of request.messages) tokens += tokensPerMessage + partsTokens(message.parts, count)
  if (request.tools.length > 0) tokens += tokensOfToolUse
  for (const tool of request.tools) tokens += tokensPerTool + toolTokens(tool, count)
  return Math.ceil(tokens + (request.format?.kind === 'schema' ? count(jsonOf(request.format.schema)) : 0))
}

const partsTokens = (parts: readonly Part[], count: Count): number =>
  parts.reduce((sum, part) => sum + partTokens(part, count), 0)

function partTokens(part: Part, count: Count): number {
  switch (part.type) {
    case 'text':
    case 'refusal':
    case 'reasoning':
      return count(part.text)
    case 'media':
      return mediaTokens(part, count)
    case 'tool-call': {
      const args = 'text' in part.arguments ? part.arguments.text : jsonOf(part.arguments.value)
      return tokensPerToolPart + count(part.name) + count(args)
    }
    case 'tool-result':
      return tokensPerToolPart + partsTokens(part.output, count)
    case 'web-search':
      return part.sources.reduce((sum, { url, title }) => sum + count(url) + count(title ?? ''), 12)
    case 'foreign':
      return count(jsonOf(part.value))
  }
}

function mediaTokens({ media, source }: MediaPart, count: Count): number {
  if (source.kind === 'text') return count(source.text)
  if (source.kind !== 'base64') return media === 'image' ? tokensPerImage : tokensPerDistantFile
  return fileTokens(media, source.data.length * 0.75)
}

/** What a file of so many bytes takes to read, by its kind. */
export function fileTokens(media: MediaKind, bytes: number): number {
  switch (media) {
    case 'image':
      return Math.min(tokensPerImage, Math.max(fewestImageTokens, bytes / imageBytesPerToken))
    case 'document':
      return bytes / pdfBytesPerToken
    case 'audio':
      return bytes / audioBytesPerToken
    case 'video':
      return bytes / videoBytesPerToken
  }
}

function toolTokens(tool: Tool, count: Count): number {
  switch (tool.type) {
    case 'function':
      return count(tool.name) + count(tool.description ?? '') + count(jsonOf(tool.schema))
    case 'custom':
      return count(tool.name) + count(tool.description ?? '') + count(jsonOf(tool.format))
    case 'web-search':
      return tokensOfToolUse
    case 'foreign':
      return count(jsonOf(tool.value))
  }
}

/** '' for null and for what is no JSON (a cycle, a bigint). */
function jsonOf(value: unknown): string {
  if (value === null || value === undefined) return ''
  try {
    return JSON.stringify(value) ?? ''
  } catch {
    return ''
  }
}
