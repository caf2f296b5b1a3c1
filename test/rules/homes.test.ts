/** Who has answered a conversation, for as long as a prompt cache may hold it. */
import { expect, test } from 'bun:test'
import { openHomes } from '../../src/rules/homes.ts'

const small = { ref: { provider: 'anthropic', model: 'small' }, asked: 'rp:fast', cachedTokens: 900 }
const large = { ref: { provider: 'openai', model: 'large' }, asked: 'rp:fast', cachedTokens: 0 }
const hourMs = 3_600_000

test('a conversation that nobody has answered has no home', () => {
  expect(openHomes().of('s1 a', 0)).toBeNull()
})

test('the last answer counts', () => {
  const homes = openHomes()
  homes.answered('s1 a', small, 1000)
  homes.answered('s1 a', large, 2000)
  expect(homes.of('s1 a', 3000)).toMatchObject(large)
})

test('conversations of one session have homes of their own', () => {
  const homes = openHomes()
  homes.answered('s1 main', large, 1000)
  homes.answered('s1 helper', small, 1000)
  expect([homes.of('s1 main', 1000)?.ref.model, homes.of('s1 helper', 1000)?.ref.model]).toEqual(['large', 'small'])
})

test('an hour later there is no cache to stay for, nor where the clock was set back by more', () => {
  const homes = openHomes()
  homes.answered('s1 a', small, 2 * hourMs)
  expect(homes.of('s1 a', 3 * hourMs)).not.toBeNull()
  expect(homes.of('s1 a', 3 * hourMs + 1)).toBeNull()
  expect(homes.of('s1 a', hourMs - 1)).toBeNull()
})

test('ten thousand are remembered, the one that was answered longest ago is forgotten first', () => {
  const homes = openHomes()
  for (let n = 0; n < 10_000; n++) homes.answered(`s${n}`, small, 0)
  homes.answered('s0', large, 0)
  homes.answered('one more', small, 0)
  expect([homes.of('s0', 0)?.ref.model, homes.of('s1', 0), homes.of('s2', 0)?.ref.model]).toEqual([
    'large',
    null,
    'small',
  ])
})
