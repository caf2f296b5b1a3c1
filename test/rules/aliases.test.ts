import { describe, expect, test } from 'bun:test'
import { aliasMeaning, aliasNames } from '../../src/rules/aliases.ts'

const builtIn = { best: ['a/large', 'b/large'], cheap: ['a/small'], fast: ['a/quick'] }
const meaning = (name: string, own = {}) => aliasMeaning(name, own, builtIn)

describe('a name stands for', () => {
  test.each([
    ['rp:best', { kind: 'list', models: ['a/large', 'b/large'] }],
    ['relayplane:fast', { kind: 'list', models: ['a/quick'] }],
    ['RP:Best', { kind: 'list', models: ['a/large', 'b/large'] }],
    ['rp:quality', { kind: 'list', models: ['a/large', 'b/large'] }],
    ['relayplane:cost', { kind: 'list', models: ['a/small'] }],
    ['best', null],
    ['rp:', null],
    ['rp:toString', null],
    ['toString', null],
    ['other:best', null],
  ])('%s', (name, stands) => {
    expect(meaning(name)).toEqual(stands as ReturnType<typeof meaning>)
  })

  test('what the user says, before what we say, in that very spelling', () => {
    const own = { 'rp:best': 'gpt-6-luna', mine: 'rp:fast' }
    expect(meaning('rp:best', own)).toEqual({ kind: 'name', name: 'gpt-6-luna' })
    expect(meaning('mine', own)).toEqual({ kind: 'name', name: 'rp:fast' })
    expect(meaning('Mine', own)).toBeNull()
    expect(meaning('relayplane:best', own)).toEqual({ kind: 'list', models: ['a/large', 'b/large'] })
  })
})

test('a list of models can name every alias once', () => {
  expect(aliasNames({ mine: 'x', 'rp:best': 'y' }, builtIn)).toEqual([
    'mine',
    'rp:best',
    'rp:cheap',
    'rp:fast',
    'rp:cost',
    'rp:quality',
    'relayplane:best',
    'relayplane:cheap',
    'relayplane:fast',
    'relayplane:cost',
    'relayplane:quality',
  ])
})
