/** Values that the tests of this dialect share: who is asked, who answers, and what others' conversations look like. */
import type { StreamEvent } from '../../../src/neutral/event.ts'
import type { Carried, Message, Part } from '../../../src/neutral/message.ts'
import type { NeutralRequest } from '../../../src/neutral/request.ts'
import { openAiResponsesTranslator as translator } from '../../../src/wire/openai-responses/translator.ts'
import type { Target } from '../../../src/wire/translator.ts'
import { framesIn } from '../recorded.ts'
import { neutralRequest } from '../../support/neutral-request.ts'

export const url = { model: null, isStream: false }

export const target: Target = {
  provider: 'openai',
  model: 'gpt-5',
  echoesReasoning: false,
  maxOutputTokens: 4096,
  thinking: 'effort',
}

export const signer = { provider: 'openai', id: '0197-1' }
export const stamp = { id: '0197-2', createdS: 1_767_225_600, model: 'gpt-5' }

/** A request as another dialect's reader would give it. */
export const foreignRequest = (over: Partial<NeutralRequest> = {}): NeutralRequest =>
  neutralRequest({
    model: 'claude-sonnet-4-5',
    ...over,
  })

export const said = (role: Message['role'], ...parts: readonly Part[]): Message => ({ role, parts })

export const carries = (fields: Carried['fields'], spelling?: Record<string, string>): { carried: Carried } => ({
  carried: { dialect: 'openai-responses', fields, ...(spelling !== undefined && { spelling }) },
})

export const eventsIn = (frames: readonly object[]): StreamEvent[] => {
  const reader = translator.readEvents(signer)
  return [...frames.flatMap((frame) => reader.read('', JSON.stringify(frame))), ...reader.end()]
}

/** The payloads of written frames. */
export const payloadsIn = (text: string): Record<string, unknown>[] =>
  framesIn(text).map(({ data }) => JSON.parse(data) as Record<string, unknown>)
