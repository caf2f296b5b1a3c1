/**
 * A scripted Claude that keeps prompts in a cache for each model, as the API does: by prefix, up to the blocks that are marked. It
 * leads an agent through a helper of its own, with shell commands on both sides.
 */
import { createHash } from 'node:crypto'
import { anthropic } from '../../test/support/mock-dialects/anthropic.ts'
import { list, record, textOf, word, type Answer, type Json } from '../../test/support/mock-dialects/turn.ts'
import { json, scriptedProvider, sse, type ScriptedProvider } from '../../test/support/provider.ts'

/** What the prompts say that this model is led by. */
export const lead = 'LEAD-A-HELPER'
const help = 'BE-THE-HELPER'

/** One request that wanted an answer, as this model read it. */
export interface Read {
  /** `main`, `helper`, or `side` for titles and the like. */
  readonly who: 'main' | 'helper' | 'side'
  readonly model: string
  readonly promptTokens: number
  readonly readTokens: number
  readonly writtenTokens: number
}

export interface CachingModel extends ScriptedProvider {
  readonly reads: readonly Read[]
}

export function cachingModel(): CachingModel {
  const reads: Read[] = []
  const caches = new Map<string, Set<string>>()
  const provider = scriptedProvider((seen) => {
    if (seen.target.includes('count_tokens')) return json({ input_tokens: 1000 })
    const body = record(JSON.parse(seen.text === '' ? '{}' : seen.text))
    if (!seen.target.includes('/messages')) return json({ error: { message: 'no' } }, { status: 404 })
    const model = word(body['model'])
    const cache = caches.get(model) ?? new Set()
    caches.set(model, cache)
    const usage = readPrompt(body, cache)
    const who = whoAsks(body)
    reads.push({ who, model, ...usage })
    const answer = answerTo(body, who, model)
    const fill = (text: string) => text.replaceAll(emptyUsage, JSON.stringify(inWords(usage)).slice(1, -1))
    const texts =
      body['stream'] === true
        ? anthropic.frames(answer, anthropic.read(body, ''))
        : [JSON.stringify(anthropic.reply(answer))]
    return body['stream'] === true ? sse(texts.map(fill)) : new Response(fill(texts[0] ?? ''), jsonHeaders)
  })
  return { ...provider, reads }
}

const jsonHeaders = { headers: { 'content-type': 'application/json' } }

const noUsage = { promptTokens: 0, cachedTokens: 0, outputTokens: 20, reasoningTokens: 0 }
/** As the mock writes it, to be filled in. */
const emptyUsage = '"input_tokens":0,"cache_creation_input_tokens":0,"cache_read_input_tokens":0'

const inWords = ({ promptTokens, readTokens, writtenTokens }: Omit<Read, 'who' | 'model'>) => ({
  input_tokens: promptTokens - readTokens - writtenTokens,
  cache_creation_input_tokens: writtenTokens,
  cache_read_input_tokens: readTokens,
})

interface Block {
  readonly text: string
  readonly isMarked: boolean
}

/** Tools, system and messages, in the order in which the API caches them. A client's own note to the API is no part of the prompt. */
function blocksOf(body: Json): readonly Block[] {
  const system: readonly Json[] = typeof body['system'] === 'string' ? [{ text: body['system'] }] : list(body['system'])
  const messages = list(body['messages']).flatMap(({ role, content }) =>
    (typeof content === 'string' ? [{ type: 'text', text: content }] : list(content)).map((block) => ({
      role,
      ...block,
    })),
  )
  const blocks: readonly Json[] = [...list(body['tools']), ...system, ...messages]
  return blocks
    .filter((block) => !word(block['text']).startsWith('x-anthropic-billing-header'))
    .map(({ cache_control: mark, ...block }) => ({ text: JSON.stringify(block), isMarked: mark !== undefined }))
}

function readPrompt(body: Json, cache: Set<string>): Omit<Read, 'who' | 'model'> {
  const hash = createHash('sha256')
  let [tokens, readTokens, marked] = [0, 0, 0]
  const written: string[] = []
  for (const { text, isMarked } of blocksOf(body)) {
    tokens += Math.ceil(text.length / 4)
    const prefix = hash.update(`${text}\n`).copy().digest('hex')
    if (cache.has(prefix)) readTokens = tokens
    if (!isMarked) continue
    marked = tokens
    written.push(prefix)
  }
  for (const prefix of written) cache.add(prefix)
  return { promptTokens: tokens, readTokens, writtenTokens: Math.max(0, marked - readTokens) }
}

const firstWords = (body: Json): string => textOf(list(body['messages'])[0]?.['content'])

function whoAsks(body: Json): Read['who'] {
  if (list(body['tools']).length === 0) return 'side'
  return firstWords(body).includes(help) ? 'helper' : 'main'
}

const isResult = ({ role, content }: Json): boolean =>
  role === 'user' && list(content).some(({ type }) => type === 'tool_result')

/** How often the model has spoken since a person did. */
const stepsSince = (messages: readonly Json[]): number =>
  messages
    .slice(messages.findLastIndex((one) => one['role'] === 'user' && !isResult(one)))
    .filter(({ role }) => role === 'assistant').length

/** A helper looks twice; whoever leads one looks once more by itself, and says what came of it. */
function answerTo(body: Json, who: Read['who'], model: string): Answer {
  const messages = list(body['messages'])
  const turn = messages.filter(({ role }) => role === 'assistant').length + 1
  const tools = list(body['tools']).map(({ name }) => word(name))
  const step = stepsSince(messages)
  const name =
    who === 'main' && step === 0 ? (tools.find((tool) => tool === 'Agent' || tool === 'Task') ?? 'Bash') : 'Bash'
  const args =
    name === 'Bash'
      ? { command: `printf relay-%d ${turn}`, description: 'Print a word' }
      : {
          description: 'Look around',
          prompt: `${help} number ${turn}`,
          subagent_type: 'general-purpose',
          run_in_background: false,
        }
  const isDone = who === 'side' || step >= 2 || !tools.includes(name)
  const call = isDone ? null : { id: `toolu_${who}_${turn}_${tools.length}`, name, args }
  return { model, turn, thought: null, text: isDone ? 'All is well.' : 'Let me look.', call, usage: noUsage }
}
