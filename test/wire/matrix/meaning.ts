/**
 * What a request means, whatever dialect it is written in; and what of it is missing in another that should mean the same,
 * unless it was named as dropped.
 */
import {
  argumentsObject,
  argumentsText,
  type MediaPart,
  type Part,
  type ToolCallPart,
} from '../../../src/neutral/message.ts'
import type { NeutralRequest, Tool } from '../../../src/neutral/request.ts'
import { schemaMeaning } from './schema-meaning.ts'

interface Result {
  readonly text: string
  readonly isError: boolean
}

interface Call {
  readonly name: string
  readonly args: string
  readonly result: Result | null
}

interface Meaning {
  /** What the model is told, and what it said. */
  readonly told: readonly string[]
  readonly said: readonly string[]
  /** Of documents, which may be told with them. */
  readonly titles: readonly string[]
  readonly calls: readonly Call[]
  /** Of results without a call. */
  readonly spoken: readonly string[]
  readonly media: readonly {
    readonly kind: string
    readonly isFile: boolean
    readonly isUrl: boolean
    readonly key: string
  }[]
}

export function meaningOf(request: NeutralRequest): Meaning {
  // A client's own bill is nobody else's business.
  const told = request.system.map(({ text }) => text).filter((text) => !text.startsWith('x-anthropic-billing-header:'))
  const said: string[] = []
  const titles: string[] = []
  const media: Meaning['media'][number][] = []
  const calls: { part: ToolCallPart; result: Result | null }[] = []
  const spoken: string[] = []
  const add = (part: Part, texts: string[]): void => {
    if (part.type === 'text' || part.type === 'refusal') texts.push(part.text)
    if (part.type === 'tool-call') calls.push({ part, result: null })
    if (part.type === 'media') addMedia(part, texts)
    if (part.type !== 'tool-result') return
    const output: string[] = []
    for (const inner of part.output) add(inner, output)
    const result = { text: output.join('\n'), isError: part.isError === true }
    const call = calls.find((call) => call.part.id === part.id && call.result === null)
    if (call === undefined) spoken.push(result.text)
    else call.result = result
  }
  const addMedia = ({ media: kind, mediaType, source, name }: MediaPart, texts: string[]): void => {
    if (name !== undefined) titles.push(name)
    if (source.kind === 'text') texts.push(source.text)
    else if (source.kind === 'base64' && mediaType?.startsWith('text/'))
      texts.push(Buffer.from(source.data, 'base64').toString())
    else {
      const key = source.kind === 'base64' ? source.data : source.kind === 'url' ? source.url : source.id
      media.push({ kind, isFile: source.kind === 'file', isUrl: source.kind === 'url', key })
    }
  }
  for (const { role, parts } of request.messages)
    for (const part of parts) add(part, role === 'assistant' ? said : told)
  return { told, said, titles, spoken, media, calls: calls.map(({ part, result }) => ({ ...callOf(part), result })) }
}

/** A custom tool's free text is the one argument of the function that stands for it. */
function callOf({ name, kind, arguments: args }: ToolCallPart): { name: string; args: string } {
  const value = kind === 'custom' ? { input: argumentsText(args) } : argumentsObject(args)
  return { name, args: JSON.stringify(value) }
}

/** Sentences that writers add where a dialect wants something said. */
const additions: readonly RegExp[] = [
  /<\/?system>/g,
  /\(The conversation goes on\.\)/g,
  /Answer with one JSON object and nothing else\./g,
  /From the result of tool call [\w-]+:/g,
  /What this tool call returned beside text follows in the next user message\./g,
  /There is no result\./g,
  /Understood\./g,
  /Error:?/g,
]

/** @returns What is missing of these texts, which must stand in the others in their order; and what stands there beside them. */
function missingTexts(
  where: string,
  asked: readonly string[],
  heard: readonly string[],
  mayBeToo: readonly string[] = [],
): string[] {
  const all = heard.join('\n')
  const faults: string[] = []
  let rest = ''
  let from = 0
  for (const text of asked.map((text) => text.trim()).filter((text) => text !== '')) {
    const at = all.indexOf(text, from)
    if (at < 0) faults.push(`${where}: ${JSON.stringify(text.slice(0, 80))} is missing`)
    else {
      rest += all.slice(from, at)
      from = at + text.length
    }
  }
  rest += all.slice(from)
  for (const addition of [...additions, ...mayBeToo]) rest = rest.replace(addition, '')
  if (rest.trim() !== '') faults.push(`${where}: ${JSON.stringify(rest.trim().slice(0, 80))} is too much`)
  return faults
}

/** @param dropped What the exchange named. */
export function missingWords(asked: NeutralRequest, heard: NeutralRequest, dropped: ReadonlySet<string>): string[] {
  const [a, h] = [meaningOf(asked), meaningOf(heard)]
  const faults = [...missingTexts('said', a.said, h.said)]
  // A result whose call is gone is somebody's word.
  const orphaned = a.spoken.filter((text) => text.trim() !== '')
  const elsewhere = [...h.told, ...h.spoken, ...h.said].join('\n')
  for (const text of orphaned) if (!elsewhere.includes(text)) faults.push(`result ${JSON.stringify(text)} is missing`)
  const toldBeside = h.told.map((told) => orphaned.reduce((rest, text) => rest.replace(text, ''), told))
  faults.push(...missingTexts('told', a.told, orphaned.length > 0 ? toldBeside : h.told, a.titles))
  return [...faults, ...missingCalls(a, h), ...missingMedia(a, h, dropped)]
}

function missingCalls(a: Meaning, h: Meaning): string[] {
  const faults: string[] = []
  const [asked, heard] = [a.calls.map(nameAndArgs), h.calls.map(nameAndArgs)]
  if (JSON.stringify(asked) !== JSON.stringify(heard)) faults.push(`calls: ${heard.join(' ')} for ${asked.join(' ')}`)
  for (const [place, { result }] of a.calls.entries()) {
    const got = h.calls[place]?.result ?? null
    if (result === null) continue
    if (got === null) faults.push(`result of call ${place} is missing`)
    else if (result.isError && !got.isError && !/error/i.test(got.text)) faults.push(`error of call ${place} is hidden`)
    else
      faults.push(
        ...missingTexts(`result of call ${place}`, [result.text.replace(/\n/g, '')], [got.text.replace(/\n/g, '')]),
      )
  }
  return faults
}

const nameAndArgs = ({ name, args }: Call): string => `${name}(${args})`

function missingMedia(a: Meaning, h: Meaning, dropped: ReadonlySet<string>): string[] {
  const faults: string[] = []
  const left = [...h.media]
  for (const { kind, key, isFile } of a.media) {
    const at = left.findIndex((one) => one.key === key)
    if (at >= 0) left.splice(at, 1)
    else if (!dropped.has(isFile ? 'file id' : kind) && !dropped.has(kind)) faults.push(`${kind} ${key} is missing`)
  }
  for (const { kind, key } of left) faults.push(`${kind} ${key} is too much`)
  return faults
}

const partsIn = (request: NeutralRequest): readonly Part[] =>
  [{ parts: request.system }, ...request.messages].flatMap(({ parts }) =>
    parts.flatMap((part: Part) => (part.type === 'tool-result' ? [part, ...part.output] : [part])),
  )

/** How often something stands in a request; by the name that its loss goes by. */
const counted: Readonly<Record<string, (request: NeutralRequest) => number>> = {
  reasoning: (request) =>
    partsIn(request).filter((part) => part.type === 'reasoning' && (part.text.trim() !== '' || part.signed)).length,
  signature: (request) =>
    partsIn(request).filter((part) => (part.type === 'text' || part.type === 'tool-call') && part.signed).length,
  citations: (request) =>
    partsIn(request).reduce((sum, part) => sum + (part.type === 'text' ? (part.citations?.length ?? 0) : 0), 0),
  web_search: (request) =>
    partsIn(request).filter(({ type }) => type === 'web-search').length +
    // Two are one.
    (request.tools.some(({ type }) => type === 'web-search') ? 1 : 0),
  cache_control: (request) =>
    [...partsIn(request), ...request.tools].filter((node) => 'cache' in node && node.cache !== undefined).length,
  // Of tools: an answer's schema is kept to in every dialect.
  strict: (request) => request.tools.filter((tool) => tool.type === 'function' && tool.isStrict === true).length,
  'custom tool format': (request) =>
    request.tools.filter((tool) => tool.type === 'custom' && tool.format !== null && !isPlainText(tool.format)).length,
}

const isPlainText = (format: unknown): boolean => JSON.stringify(format) === '{"type":"text"}'

/** A wish that is there or not; by the name that its loss goes by. */
const wishes: Readonly<Record<string, (request: NeutralRequest) => string | number | boolean | null>> = {
  temperature: ({ sampling }) => sampling.temperature,
  top_p: ({ sampling }) => sampling.topP,
  top_k: ({ sampling }) => sampling.topK,
  presence_penalty: ({ sampling }) => sampling.presencePenalty || null,
  frequency_penalty: ({ sampling }) => sampling.frequencyPenalty || null,
  seed: ({ sampling }) => sampling.seed,
  stop: ({ stop }) => (stop.length === 0 ? null : stop.join('|')),
  parallel_tool_calls: ({ parallelTools, tools }) => (parallelTools === false && tools.length > 0 ? false : null),
  response_format: ({ format }) => (format?.kind === 'schema' ? schemaMeaning(format.schema).join('\n') || null : null),
  verbosity: ({ options }) => options.verbosity,
  service_tier: ({ options }) => tierOf(options.serviceTier),
  cache_key: ({ options }) => options.cacheKey,
  user: ({ options }) => options.userId,
  metadata: ({ options }) =>
    options.metadata && Object.keys(options.metadata).length > 0 ? JSON.stringify(options.metadata) : null,
  store: ({ options }) => options.store || null,
  logprobs: ({ options }) => options.logprobs,
  n: ({ options }) => ((options.answers ?? 1) > 1 ? options.answers : null),
  tool_choice: ({ toolChoice, tools }) =>
    toolChoice === null || toolChoice.kind === 'auto' || tools.length === 0 ? null : JSON.stringify(toolChoice),
}

/** `auto` says nothing, and is what Anthropic calls `priority`; `standard_only` and `default` are one. */
const tierOf = (tier: string | null): string | null =>
  tier === 'auto' || tier === 'priority' ? null : (tier?.replace(/^(standard|standard_only)$/, 'default') ?? null)

export function missingWishes(asked: NeutralRequest, heard: NeutralRequest, dropped: ReadonlySet<string>): string[] {
  const faults: string[] = []
  for (const [name, count] of Object.entries(counted)) {
    if (count(heard) < count(asked) && !dropped.has(name)) faults.push(`${name}: ${count(heard)} for ${count(asked)}`)
    const isOfFormat = name === 'strict' && asked.format?.kind === 'schema' && asked.format.isStrict === true
    if (count(heard) >= count(asked) && dropped.has(name) && !isOfFormat)
      faults.push(`${name} is named and not dropped`)
  }
  for (const [name, wish] of Object.entries(wishes)) {
    const [a, h] = [wish(asked), wish(heard)]
    if (a !== null && a !== h && !dropped.has(name)) faults.push(`${name}: ${String(h)} for ${String(a)}`)
    const isOfJson = name === 'response_format' && asked.format !== null
    if (a === null && dropped.has(name) && !isOfJson) faults.push(`${name} is named and was not asked`)
    if (a !== null && a === h && dropped.has(name)) faults.push(`${name} is named and not dropped`)
  }
  return [
    ...faults,
    ...missingThinking(asked, heard, dropped),
    ...missingLimit(asked, heard),
    ...missingTools(asked, heard, dropped),
  ]
}

/** Whether it is to think at all; how hard is each dialect's own word. */
function missingThinking(asked: NeutralRequest, heard: NeutralRequest, dropped: ReadonlySet<string>): string[] {
  const [a, h] = [isThinking(asked), isThinking(heard)]
  if (a === null || a === h || dropped.has('thinking')) return []
  return [`thinking: ${String(h)} for ${String(a)}`]
}

function isThinking({ thinking }: NeutralRequest): boolean | null {
  if (thinking === null) return null
  if (thinking.isOn === false || thinking.effort === 'none' || thinking.budgetTokens === 0) return false
  return thinking.effort === null && thinking.budgetTokens === null ? null : true
}

function missingLimit(
  { maxOutputTokens: asked }: NeutralRequest,
  { maxOutputTokens: heard }: NeutralRequest,
): string[] {
  return asked === null || asked === heard || (heard !== null && asked < 16 && heard === 16)
    ? []
    : [`max tokens: ${String(heard)} for ${asked}`]
}

function missingTools(asked: NeutralRequest, heard: NeutralRequest, dropped: ReadonlySet<string>): string[] {
  const offered = asked.tools.filter(isFunction)
  const got = heard.tools.filter(isFunction)
  if (got.map(({ name }) => name).join() !== offered.map(({ name }) => name).join())
    return [`tools: ${got.map(({ name }) => name).join()} for ${offered.map(({ name }) => name).join()}`]
  return offered.flatMap((tool, i) => {
    const other = got[i]
    if (other === undefined) return []
    const faults: string[] = []
    if (!(other.description ?? '').includes(tool.description ?? '')) faults.push(`description of ${tool.name}`)
    const lost = schemaMeaning(schemaOf(tool)).filter((line) => !schemaMeaning(schemaOf(other)).includes(line))
    if (lost.length > 0 && !dropped.has('tools[].schema')) faults.push(`schema of ${tool.name}: ${lost.join(', ')}`)
    return faults
  })
}

const isFunction = (tool: Tool): tool is Extract<Tool, { type: 'function' | 'custom' }> =>
  tool.type === 'function' || tool.type === 'custom'

const freeText = { type: 'object', properties: { input: { type: 'string' } }, required: ['input'] }

const schemaOf = (tool: Extract<Tool, { type: 'function' | 'custom' }>): unknown =>
  tool.type === 'custom' ? freeText : tool.schema
