/**
 * A scripted model behind one address, in every dialect that clients speak, whole and streamed. Words in the prompt say what
 * it does, so that a client which can only be given a prompt can be led through a turn with a tool.
 */
import { anthropic } from './mock-dialects/anthropic.ts'
import { gemini } from './mock-dialects/gemini.ts'
import { embeddingsOf, openaiChat } from './mock-dialects/openai-chat.ts'
import { openaiResponses } from './mock-dialects/openai-responses.ts'
import {
  exampleOf,
  record,
  type Answer,
  type Ask,
  type Json,
  type MockDialect,
  type MockUsage,
} from './mock-dialects/turn.ts'
import { json, scriptedProvider, sse, type ScriptedProvider, type Seen } from './provider.ts'

/** What a prompt may hold. */
export const marks = {
  /** A call of the first tool on offer that the mock knows; once there is a result, text that repeats it. */
  tool: 'USE-THE-TOOL',
  /** A stream that stops halfway and stays open, until the caller hangs up. */
  hang: 'STAY-SILENT',
  /** An error: FAIL-400, FAIL-401, FAIL-404. */
  fail: 'FAIL-',
  /** Thoughts before each answer, signed; and a refusal in the provider's words where they do not come back as they were. */
  sign: 'SIGN-YOUR-THOUGHTS',
} as const

/** A turn that calls a tool, and one that says something. */
export const toolUsage: MockUsage = { promptTokens: 1200, cachedTokens: 800, outputTokens: 40, reasoningTokens: 16 }
export const textUsage: MockUsage = { promptTokens: 1500, cachedTokens: 1000, outputTokens: 60, reasoningTokens: 20 }

export const countedTokens = 1234

/** What it prints stands nowhere in the conversation until a shell has run it. */
const command = 'printf relay-%d 42'
const description = 'Print a word'

/** By name, the tools that clients offer, and what to call them with. */
const toolArguments: Readonly<Record<string, Json>> = {
  get_weather: { city: 'Paris' },
  // Claude Code
  Bash: { command, description },
  // OpenCode
  bash: { command, description },
  // Codex: a program that calls its tools, or the tools themselves, as the model has it
  exec: { input: `const ran = await tools.exec_command({ cmd: '${command}' })\ntext(ran.output)` },
  exec_command: { cmd: command },
  shell_command: { command },
  // Gemini CLI
  run_shell_command: { command, description },
}

/** @param delayMs Between the pieces of a stream; 0 unless given. */
export const mockModels = (delayMs = 0): ScriptedProvider =>
  scriptedProvider((seen, signal) => {
    const path = seen.target.split('?')[0] ?? ''
    const body = bodyOf(seen)
    if (path.endsWith('/count_tokens')) return json({ input_tokens: countedTokens })
    if (path.endsWith(':countTokens')) return json({ totalTokens: countedTokens })
    if (path.endsWith('/embeddings')) return json(embeddingsOf(body))
    const dialect = dialectOf(path)
    if (dialect === null || seen.method !== 'POST') return json(openaiChat.error(404, `no ${path}`), { status: 404 })
    return answerTurn(dialect, dialect.read(body, path), delayMs, signal)
  })

function bodyOf({ body, headers }: Seen): Json {
  if (body.length === 0) return {}
  const plain = headers.get('content-encoding') === 'zstd' ? Bun.zstdDecompressSync(body) : body
  return record(JSON.parse(new TextDecoder().decode(plain)))
}

function dialectOf(path: string): MockDialect | null {
  if (path.endsWith('/messages')) return anthropic
  if (path.endsWith('/chat/completions')) return openaiChat
  if (path.endsWith('/responses')) return openaiResponses
  return /:(streamG|g)enerateContent$/.test(path) ? gemini : null
}

function answerTurn(dialect: MockDialect, ask: Ask, delayMs: number, signal: AbortSignal): Response {
  const status = Number(/FAIL-(\d{3})/.exec(ask.prompt)?.[1] ?? 0)
  if (status > 0) return json(dialect.error(status, `The mock was told to answer ${status}.`), { status })
  const { complaint } = ask.thoughts
  if (complaint !== null && isSigning(ask)) return json(dialect.error(400, complaint), { status: 400 })
  const answer = answerTo(ask)
  if (!ask.isStream) return json(dialect.reply(answer))
  const frames = dialect.frames(answer, ask)
  if (ask.prompt.includes(marks.hang)) return drip(frames.slice(0, Math.ceil(frames.length / 2)), 0, signal, true)
  return delayMs === 0 ? sse(frames) : drip(frames, delayMs, signal, false)
}

const isSigning = ({ prompt }: Ask): boolean => prompt.includes(marks.sign)

function answerTo(ask: Ask): Answer {
  const { model, prompt, tools, toolResult, schema, turns } = ask
  const turn = turns + 1
  const thought = isSigning(ask) && ask.wantsThoughts ? `Thought ${turn} of this conversation.` : null
  const said = (text: string): Answer => ({ model, turn, thought, text, call: null, usage: textUsage })
  if (schema !== null) return said(JSON.stringify(exampleOf(schema)))
  if (toolResult !== null) return said(`The tool said: ${toolResult.trim()}`)
  const name = prompt.includes(marks.tool) ? tools.find((tool) => toolArguments[tool] !== undefined) : undefined
  const args = toolArguments[name ?? '']
  if (name === undefined || args === undefined) return said('Good evening, all is well here.')
  const call = { id: `call_mock_${turn}`, name, args }
  return { model, turn, thought, text: 'Let me look.', call, usage: toolUsage }
}

/** One request as the model understood it; null for one that asks for no answer. */
export function askOf(seen: Seen): Ask | null {
  const path = seen.target.split('?')[0] ?? ''
  return seen.method === 'POST' ? (dialectOf(path)?.read(bodyOf(seen), path) ?? null) : null
}

/** Writes frames with a pause after each; `staysOpen` leaves the stream without an end. */
function drip(frames: readonly string[], delayMs: number, signal: AbortSignal, staysOpen: boolean): Response {
  const body = new ReadableStream<Uint8Array>({
    async start(out) {
      for (const frame of frames) {
        if (signal.aborted) return
        out.enqueue(new TextEncoder().encode(frame))
        if (delayMs > 0) await Bun.sleep(delayMs)
      }
      if (!staysOpen && !signal.aborted) out.close()
    },
  })
  return new Response(body, { headers: { 'content-type': 'text/event-stream' } })
}
