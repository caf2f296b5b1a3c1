/** Requests of the neutral form from a few fields, and what the writer makes of them. */
import type { Message, Part } from '../../../src/neutral/message.ts'
import type { NeutralRequest } from '../../../src/neutral/request.ts'
import type { Target, Written } from '../../../src/wire/translator.ts'
import { converseTranslator } from '../../../src/wire/converse/translator.ts'
import { neutralRequest } from '../../support/neutral-request.ts'

export const nova: Target = {
  provider: 'bedrock',
  model: 'us.amazon.nova-2-lite-v1:0',
  echoesReasoning: false,
  maxOutputTokens: 4096,
  thinking: 'effort',
}

export const llama: Target = { ...nova, model: 'us.meta.llama4-scout-17b-instruct-v1:0', thinking: 'none' }

export const user = (...parts: Part[]): Message => ({ role: 'user', parts })
export const assistant = (...parts: Part[]): Message => ({ role: 'assistant', parts })
export const text = (words: string): Part => ({ type: 'text', text: words })

export const request = (over: Partial<NeutralRequest>): NeutralRequest =>
  neutralRequest({
    messages: [user(text('Hi'))],
    ...over,
  })

export const write = (over: Partial<NeutralRequest>, target: Target = nova): Written =>
  converseTranslator.writeRequest(request(over), target)

/** The user's greeting that every request of these tests has unless it says otherwise. */
export const hi = { role: 'user', content: [{ text: 'Hi' }] } as const
