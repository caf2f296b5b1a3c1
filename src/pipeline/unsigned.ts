/** Conversations without what models have signed: none but its signer takes a signed thought, and not every one each time. */
import type { Capabilities } from '../neutral/capability.ts'
import type { Message, Part } from '../neutral/message.ts'
import type { NeutralRequest } from '../neutral/request.ts'

/** Thoughts that another provider's model has signed. */
export const withoutForeign = (request: NeutralRequest, provider: string): NeutralRequest =>
  withParts(request, (part) => {
    const by = part.type === 'reasoning' ? (part.signed?.by ?? null) : null
    return by === null || by === provider ? part : null
  })

/** For a provider that refused a signature: it takes the conversation without any. */
export function withoutSignatures(request: NeutralRequest, { thinking }: Capabilities): NeutralRequest {
  const unsigned = withParts(request, (part) => {
    if (part.type === 'reasoning') return null
    if ((part.type !== 'text' && part.type !== 'tool-call' && part.type !== 'media') || part.signed === undefined)
      return part
    // Signed by nobody who could be asked: a writer whose dialect wants a word in its place knows that there was one.
    return { ...part, signed: { ...part.signed, by: '', value: {} } }
  })
  // Such a model refuses to think on in a turn that has begun without its thoughts.
  const mustRest = thinking.style === 'budget' && isMidTurn(unsigned)
  return mustRest ? { ...unsigned, thinking: null } : unsigned
}

/** The last answer calls tools: what comes next goes on from it. */
function isMidTurn({ messages }: NeutralRequest): boolean {
  const last = messages.findLast(({ role }) => role === 'assistant')
  return last !== undefined && last.parts.some(({ type }) => type === 'tool-call')
}

/** @param change null leaves the part out. A turn that loses all of its parts is gone with them. */
function withParts(request: NeutralRequest, change: (part: Part) => Part | null): NeutralRequest {
  const messages = request.messages.flatMap((message): Message[] => {
    const parts = message.parts.map(change).filter((part) => part !== null)
    return parts.length === 0 && message.parts.length > 0 ? [] : [{ ...message, parts }]
  })
  return { ...request, messages }
}
