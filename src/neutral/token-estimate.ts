/**
 * How many tokens a request has, estimated without a tokenizer: characters by their kind, media by rules of thumb. What it is
 * off by for real tokenizers is in `docs/models.md`; `providers/token-calibration.ts` learns the rest from real usage.
 */
import type { MediaPart, Part } from './message.ts'
import type { NeutralRequest, OutputFormat, Tool } from './request.ts'
import { textTokens } from './text-tokens.ts'

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

export function estimateTokens(request: NeutralRequest): number {
  let tokens = 3
  for (const part of request.system) tokens += textTokens(part.text)
  if (request.system.length > 0) tokens += tokensPerMessage
  for (const message of request.messages) tokens += tokensPerMessage + partsTokens(message.parts)
  if (request.tools.length > 0) tokens += tokensOfToolUse
  for (const tool of request.tools) tokens += tokensPerTool + toolTokens(tool)
  return Math.ceil(tokens + formatTokens(request.format))
}

const partsTokens = (parts: readonly Part[]): number => parts.reduce((sum, part) => sum + partTokens(part), 0)

function partTokens(part: Part): number {
  switch (part.type) {
    case 'text':
    case 'refusal':
    case 'reasoning':
      return textTokens(part.text)
    case 'media':
      return mediaTokens(part)
    case 'tool-call': {
      const args = 'text' in part.arguments ? part.arguments.text : jsonOf(part.arguments.value)
      return tokensPerToolPart + textTokens(part.name) + textTokens(args)
    }
    case 'tool-result':
      return tokensPerToolPart + partsTokens(part.output)
    case 'web-search':
      return part.sources.reduce((sum, { url, title }) => sum + textTokens(url) + textTokens(title ?? ''), 12)
    case 'foreign':
      return textTokens(jsonOf(part.value))
  }
}

function mediaTokens({ media, source }: MediaPart): number {
  if (source.kind === 'text') return textTokens(source.text)
  if (source.kind !== 'base64') return media === 'image' ? tokensPerImage : tokensPerDistantFile
  const bytes = source.data.length * 0.75
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

function toolTokens(tool: Tool): number {
  switch (tool.type) {
    case 'function':
      return textTokens(tool.name) + textTokens(tool.description ?? '') + textTokens(jsonOf(tool.schema))
    case 'custom':
      return textTokens(tool.name) + textTokens(tool.description ?? '') + textTokens(jsonOf(tool.format))
    case 'web-search':
      return tokensOfToolUse
    case 'foreign':
      return textTokens(jsonOf(tool.value))
  }
}

const formatTokens = (format: OutputFormat | null): number =>
  format?.kind === 'schema' ? textTokens(jsonOf(format.schema)) : 0

/** '' for null and for what is no JSON (a cycle, a bigint). */
function jsonOf(value: unknown): string {
  if (value === null || value === undefined) return ''
  try {
    return JSON.stringify(value) ?? ''
  } catch {
    return ''
  }
}
