import { expect, test } from 'bun:test'
import { suggest } from '../../src/config/suggest.ts'

const commands = ['start', 'status', 'stats', 'config', 'prices', 'logs', 'explain']

test('a letter missing, doubled, wrong or swapped finds the word', () => {
  expect(suggest('strat', commands)).toBe('start')
  expect(suggest('confg', commands)).toBe('config')
  expect(suggest('priices', commands)).toBe('prices')
  expect(suggest('expkain', commands)).toBe('explain')
})

test('case and separators do not count', () => {
  expect(suggest('keep_alive_seconds', ['keepAliveSeconds', 'maxBodyMb'])).toBe('keepAliveSeconds')
  expect(suggest('apiport', ['port', 'apiPort'])).toBe('apiPort')
})

test('a beginning counts where one word alone has it', () => {
  expect(suggest('expl', commands)).toBe('explain')
  expect(suggest('conf', commands)).toBe('config')
})

test('a word that resembles none gets no suggestion', () => {
  expect(suggest('banana', commands)).toBeUndefined()
  expect(suggest('x', commands)).toBeUndefined()
  expect(suggest('', commands)).toBeUndefined()
})

test('of two near words the nearer wins', () => {
  expect(suggest('statu', ['stats', 'status'])).toBe('status')
})
