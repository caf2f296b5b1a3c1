/**
 * Signatures as the scripted model makes them: each tells by itself who made it and upon which thought, so that the model
 * remembers nothing and still knows its own.
 */

export const sign = (maker: string, thought: string): string =>
  Buffer.from(JSON.stringify([maker, thought, digest(maker, thought)])).toString('base64')

const digest = (maker: string, thought: string): string => Bun.hash(`${maker}\n${thought}`).toString(36)

/** @returns The thought; null where this maker did not sign, or where a letter of it was changed. */
export function signedThought(maker: string, signature: string): string | null {
  try {
    const [, thought] = JSON.parse(Buffer.from(signature, 'base64').toString()) as unknown[]
    return typeof thought === 'string' && sign(maker, thought) === signature ? thought : null
  } catch {
    return null
  }
}

/** What became of the model's own thoughts on their way through the client. */
export interface Thoughts {
  /** Those that came back as they were given. */
  readonly intact: number
  /** The provider's words for one that was changed, or is missing where it must be; null where all is well. */
  readonly complaint: string | null
}

/** @param judged One for each thought or place of one: intact, or what is said of it. Null counts neither way. */
export const thoughtsOf = (judged: readonly (true | string | null)[]): Thoughts => ({
  intact: judged.filter((one) => one === true).length,
  complaint: judged.find((one) => typeof one === 'string') ?? null,
})

/** As Google's API has it, in either of the dialects that it speaks. */
export const unsignedCall = (name: string, position: number): string =>
  'Function call is missing a thought_signature in functionCall parts. This is required for tools to work correctly, and ' +
  'missing thought_signature may lead to degraded model performance. Additional data, function call ' +
  `\`default_api:${name}\` , position ${position}. Please refer to https://ai.google.dev/gemini-api/docs/thought-signatures ` +
  'for more details.'

export const invalidSignature = 'Thought signature is not valid.'
