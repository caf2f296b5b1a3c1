/** What the tests of this dialect's translator share. */
import type { StreamEvent } from '../../../src/neutral/event.ts'
import type { Message, Part } from '../../../src/neutral/message.ts'
import type { NeutralRequest } from '../../../src/neutral/request.ts'
import { anthropicTranslator } from '../../../src/wire/anthropic/translator.ts'
import type { Target } from '../../../src/wire/translator.ts'
import { framesIn } from '../recorded.ts'
import { neutralRequest } from '../../support/neutral-request.ts'

export const target: Target = {
  provider: 'anthropic',
  model: 'claude-sonnet-4-6',
  echoesReasoning: false,
  maxOutputTokens: 8192,
  thinking: 'adaptive',
}
export const signer = { provider: 'anthropic', id: '0198-ab' }
export const stamp = { id: '0198-ab', createdS: 1_767_225_600, model: 'claude-sonnet-4-6' }

export const read = (body: unknown): NeutralRequest =>
  anthropicTranslator.readRequest(body, { model: null, isStream: false })

export const asked = read({
  model: 'claude-sonnet-4-6',
  max_tokens: 100,
  messages: [{ role: 'user', content: 'Hello' }],
})

/** A request as another dialect's reader makes it. */
export const neutral = (messages: readonly Message[], over: Partial<NeutralRequest> = {}): NeutralRequest =>
  neutralRequest({
    model: 'claude-sonnet-4-6',
    messages,
    maxOutputTokens: 1000,
    ...over,
  })

export const text = (words: string): Part => ({ type: 'text', text: words })
export const user = (...parts: readonly Part[]): Message => ({ role: 'user', parts })
export const assistant = (...parts: readonly Part[]): Message => ({ role: 'assistant', parts })

export const call = (id: string, name: string, args: string): Part => ({
  type: 'tool-call',
  id,
  name,
  arguments: { text: args },
  kind: 'function',
})

export const result = (id: string, words: string): Part => ({
  type: 'tool-result',
  id,
  name: null,
  output: [text(words)],
  isError: null,
  kind: 'function',
})

/** The body that the writer makes, and what it dropped. */
export function written(request: NeutralRequest, over: Partial<Target> = {}) {
  const { body, dropped } = anthropicTranslator.writeRequest(request, { ...target, ...over })
  return { body: body as Record<string, unknown>, dropped }
}

/** The events of frames, each frame's `data:` given alone or with its event's name. */
export function eventsIn(frames: readonly (string | { event: string; data: string })[]): StreamEvent[] {
  const reader = anthropicTranslator.readEvents(signer)
  const events = frames.flatMap((frame) =>
    typeof frame === 'string' ? reader.read('', frame) : reader.read(frame.event, frame.data),
  )
  return [...events, ...reader.end()]
}

/** The stream's text that the writer makes of events. */
export function streamOf(events: Iterable<StreamEvent>): { text: string; dropped: readonly string[] } {
  const writer = anthropicTranslator.writeEvents(asked, stamp)
  const frames = [...events].map((event) => writer.write(event)).join('')
  return { text: frames, dropped: [...writer.dropped] }
}

export const readBack = (stream: string): StreamEvent[] => eventsIn(framesIn(stream))

/** What an answer says, without what only this dialect carries; arguments as values, whichever way they came. */
export function said(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(said)
  if (value === null || typeof value !== 'object') return value
  return Object.fromEntries(
    Object.entries(value)
      .filter(([name]) => name !== 'carried')
      .map(([name, inner]) => [name, name === 'arguments' ? argumentsIn(inner) : said(inner)]),
  )
}

function argumentsIn(args: { text?: string; value?: unknown }): unknown {
  return args.text === undefined ? args.value : args.text === '' ? {} : JSON.parse(args.text)
}
