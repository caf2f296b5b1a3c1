/** Every conversation, written in every other dialect: legal there, and the same but for what is named as dropped. */
import { describe, expect, test } from 'bun:test'
import type { DialectId } from '../../../src/neutral/model.ts'
import { lostInRequest } from '../../../src/wire/lost.ts'
import { sealMark } from '../../../src/wire/seal.ts'
import { translators } from '../../../src/wire/translators.ts'
import { corpus } from './corpus.ts'
import { anthropicFaults } from './legal/anthropic.ts'
import { geminiFaults } from './legal/gemini.ts'
import { chatFaults } from './legal/openai-chat.ts'
import { responsesFaults } from './legal/openai-responses.ts'
import { missingWishes, missingWords } from './meaning.ts'
import { exchange, named, othersThan, otherTargets, read, targets } from './sides.ts'

const faultsIn: Readonly<Record<DialectId, (body: unknown) => string[]>> = {
  anthropic: anthropicFaults,
  'openai-chat': chatFaults,
  'openai-responses': responsesFaults,
  gemini: geminiFaults,
}

const asJson = (value: unknown): unknown => JSON.parse(JSON.stringify(value))

test('there are more than a hundred conversations', () => {
  expect(corpus.length).toBeGreaterThan(100)
})

describe.each(corpus)('%s', (_name, { dialect, body }) => {
  const asked = read(dialect, body)

  // But for what others signed: that does not go to this dialect's own provider.
  test('comes out of the neutral form as it went in', () => {
    const model = dialect === 'gemini' ? 'gemini-2.5-pro' : asked.model
    const { body: written, dropped } = translators[dialect].writeRequest(asked, { ...targets[dialect], model })
    const { model: _, ...again } = asJson(written) as Record<string, unknown>
    const { model: __, ...before } = asJson(body) as Record<string, unknown>
    if (JSON.stringify(body).includes(sealMark)) {
      expect(JSON.stringify(again)).not.toContain(sealMark)
      return
    }
    expect(again).toEqual(before)
    expect(dropped).toEqual([])
  })

  test.each(othersThan(dialect))('is a request that %s takes', (to) => {
    const { body: written } = exchange(dialect, to, asked)
    expect(faultsIn[to](asJson(written))).toEqual([])
  })

  test.each(otherTargets.filter(([, to]) => to !== dialect))('is a request that %s takes', (_title, to, target) => {
    expect(faultsIn[to](asJson(exchange(dialect, to, asked, target).body))).toEqual([])
  })

  test.each(othersThan(dialect))('means the same in %s, but for what is named', (to) => {
    const there = exchange(dialect, to, asked)
    const heard = read(to, asJson(there.body), asked.isStream)
    const wished = named(asked, to)
    expect(missingWords(wished, heard, there.dropped)).toEqual([])
    const lost = lostInRequest(asked, to)
    const own = new Set([...there.dropped].filter((name) => !lost.has(name)))
    expect(missingWishes(wished, heard, own)).toEqual([])
  })
})
