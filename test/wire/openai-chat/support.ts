/** What the tests of this dialect's translator share. */
import { gather, type StreamEvent } from '../../../src/neutral/event.ts'
import type { Message, Part } from '../../../src/neutral/message.ts'
import type { NeutralReply } from '../../../src/neutral/reply.ts'
import type { NeutralRequest } from '../../../src/neutral/request.ts'
import { openAiChatTranslator } from '../../../src/wire/openai-chat/translator.ts'
import type { Target } from '../../../src/wire/translator.ts'
import { framesIn } from '../recorded.ts'
import { neutralRequest } from '../../support/neutral-request.ts'

export const target: Target = {
  provider: 'openai',
  model: 'gpt-5.4',
  echoesReasoning: false,
  maxOutputTokens: 8192,
  thinking: 'effort',
}
export const signer = { provider: 'openrouter', id: '0198-ab' }
export const stamp = { id: '0198-ab', createdS: 1_767_225_600, model: 'claude-sonnet-4-6' }

export const read = (body: unknown): NeutralRequest =>
  openAiChatTranslator.readRequest(body, { model: null, isStream: false })

export const asked = (over: object = {}): NeutralRequest =>
  read({ model: 'claude-sonnet-4-6', messages: [{ role: 'user', content: 'Hello' }], ...over })

/** A request as another dialect's reader makes it. */
export const neutral = (messages: readonly Message[], over: Partial<NeutralRequest> = {}): NeutralRequest =>
  neutralRequest({
    model: 'gpt-5.4',
    messages,
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

/** The body that the writer makes, and what it dropped. */
export function written(request: NeutralRequest, over: Partial<Target> = {}) {
  const { body, dropped } = openAiChatTranslator.writeRequest(request, { ...target, ...over })
  return { body: body as Record<string, unknown>, dropped }
}

/** The messages that the writer makes, and what it dropped. */
export function messagesOf(messages: readonly Message[], over: Partial<Target> = {}) {
  const { body, dropped } = written(neutral(messages), over)
  return { messages: body['messages'], dropped }
}

/** The events of the data of frames. */
export function eventsIn(frames: readonly (string | object)[]): StreamEvent[] {
  const reader = openAiChatTranslator.readEvents(signer)
  const events = frames.flatMap((frame) => [
    ...reader.read('', typeof frame === 'string' ? frame : JSON.stringify(frame)),
  ])
  return [...events, ...reader.end()]
}

export const gathered = (frames: readonly (string | object)[]): NeutralReply | null => gather(eventsIn(frames))

/** Events as the data of the frames that are written for them. */
export function framesOf(events: Iterable<StreamEvent>, over: object = {}): string[] {
  const writer = openAiChatTranslator.writeEvents(asked({ stream: true, ...over }), stamp)
  let text = ''
  for (const event of events) text += writer.write(event)
  return framesIn(text).map(({ data }) => data)
}

/** The deltas of the chunks that are written for events. */
export const deltasOf = (events: Iterable<StreamEvent>, over: object = {}): unknown[] =>
  framesOf(events, over)
    .filter((data) => data !== '[DONE]')
    .map((data) => JSON.parse(data).choices[0].delta)

/** Without what is carried for a way back. */
export const bare = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(bare)
  if (value === null || typeof value !== 'object') return value
  const entries = Object.entries(value).filter(([name]) => name !== 'carried')
  return Object.fromEntries(entries.map(([name, inner]) => [name, bare(inner)]))
}

export const replyOf = (body: unknown): NeutralReply => openAiChatTranslator.readReply(body, signer)

/** A reply that holds one message. */
export const replyWith = (message: object, finish = 'stop', over: object = {}) => ({
  id: 'chatcmpl-1',
  object: 'chat.completion',
  created: 1,
  model: 'm',
  choices: [{ index: 0, message: { role: 'assistant', ...message }, finish_reason: finish }],
  ...over,
})

export const chunk = (delta: object, finish: string | null = null, over: object = {}) => ({
  id: 'chatcmpl-1',
  object: 'chat.completion.chunk',
  created: 1,
  model: 'm',
  choices: [{ index: 0, delta, finish_reason: finish }],
  ...over,
})
