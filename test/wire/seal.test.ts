import { describe, expect, test } from 'bun:test'
import type { Signed } from '../../src/neutral/message.ts'
import { seal, signedFor, unseal } from '../../src/wire/seal.ts'

const signed: Signed = { form: 'gemini', by: 'google', value: { thoughtSignature: 'q+/=é' } }

describe('a signature on its way through a client of another dialect', () => {
  test('comes back as it was', () => {
    expect(unseal(seal(signed))).toEqual(signed)
  })

  test('looks like a signature to every dialect: letters, digits, underscores and dashes', () => {
    expect(seal(signed)).toMatch(/^rp1_[\w-]+$/)
  })

  test("a provider's own signature, a damaged one and an unknown form are none of ours", () => {
    expect(unseal('EqQBCgIYAhIM1gbcDa9GJwZA2b3hGgxBdjrkzLoky3dl1pkiMOYds')).toBeNull()
    expect(unseal('rp1_')).toBeNull()
    expect(unseal(`${seal(signed).slice(0, 20)}`)).toBeNull()
    expect(unseal(`rp1_${Buffer.from('["morse",null,{}]').toString('base64url')}`)).toBeNull()
  })

  test('goes to the provider that signed it and to nobody else', () => {
    expect(signedFor(signed, 'gemini', 'google')).toEqual({ thoughtSignature: 'q+/=é' })
    expect(signedFor(signed, 'gemini', 'vertex')).toBeNull()
    expect(signedFor(signed, 'anthropic', 'google')).toBeNull()
    expect(signedFor(undefined, 'gemini', 'google')).toBeNull()
  })

  test('one that came straight from a client of its own dialect goes where that dialect is spoken', () => {
    expect(signedFor({ ...signed, by: null }, 'gemini', 'google')).toEqual({ thoughtSignature: 'q+/=é' })
    expect(signedFor({ ...signed, by: null }, 'openai-responses', 'openai')).toBeNull()
  })
})
