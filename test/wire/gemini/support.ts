/** What the tests of the Gemini translator share. */
import type { StreamEvent } from '../../../src/neutral/event.ts'
import type { NeutralRequest } from '../../../src/neutral/request.ts'
import { geminiTranslator } from '../../../src/wire/gemini/translator.ts'
import type { Signer, Stamp, Target } from '../../../src/wire/translator.ts'
import { neutralRequest } from '../../support/neutral-request.ts'

export const target = (over: Partial<Target> = {}): Target => ({
  provider: 'google',
  model: 'gemini-2.5-pro',
  echoesReasoning: false,
  maxOutputTokens: 8192,
  thinking: 'budget',
  ...over,
})

export const gemini3 = target({ model: 'gemini-3.1-pro-preview', thinking: 'effort' })
export const signer: Signer = { provider: 'google', id: 'r1' }
export const stamp: Stamp = { id: '0190-aa', createdS: 1767225600, model: 'gemini-2.5-pro' }

/** A request as another dialect's reader makes it. */
export const foreign = (over: Partial<NeutralRequest> = {}): NeutralRequest =>
  neutralRequest({
    model: 'gemini-2.5-pro',
    messages: [{ role: 'user', parts: [{ type: 'text', text: 'Hello.' }] }],
    ...over,
  })

export const readRequest = (body: unknown): NeutralRequest =>
  geminiTranslator.readRequest(body, { model: 'gemini-2.5-pro', isStream: false })

/** What is written for a request, as the provider would get it. */
export function write(request: NeutralRequest, to: Target = target()) {
  const { body, dropped } = geminiTranslator.writeRequest(request, to)
  return { body: JSON.parse(JSON.stringify(body)) as Record<string, unknown>, dropped: dropped.toSorted() }
}

/** The events of a stream whose chunks these are. */
export function play(chunks: readonly unknown[]): StreamEvent[] {
  const reader = geminiTranslator.readEvents(signer)
  const data = chunks.map((chunk) => (typeof chunk === 'string' ? chunk : JSON.stringify(chunk)))
  return [...data.flatMap((text) => [...reader.read('', text)]), ...reader.end()]
}

/** The chunks that a client gets for these events. */
export function record(events: Iterable<StreamEvent>): Record<string, unknown>[] {
  const writer = geminiTranslator.writeEvents(foreign(), stamp)
  return [...events].flatMap((event) =>
    writer
      .write(event)
      .split('\n\n')
      .filter((frame) => frame !== '')
      .map((frame) => JSON.parse(frame.slice('data: '.length)) as Record<string, unknown>),
  )
}
