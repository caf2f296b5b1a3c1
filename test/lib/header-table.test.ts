/** The table of headers says what Headers say. */
import { expect, test } from 'bun:test'
import { HeaderTable } from '../../src/lib/header-table.ts'

const made = (init: [string, string][]) => new HeaderTable(new Headers(init))

test('looks are answered as by Headers, also for what stands there twice, is empty, or is called like a part of every object', () => {
  const init: [string, string][] = [
    ['X-Api-Key', 'k'],
    ['Accept', 'a'],
    ['accept', 'b'],
    ['X-Empty', ''],
    ['Set-Cookie', 'a=1'],
    ['Set-Cookie', 'b=2'],
    ['constructor', 'c'],
    ['__proto__', 'p'],
  ]
  const headers = new Headers(init)
  const table = made(init)
  for (const name of ['x-api-key', 'accept', 'x-empty', 'set-cookie', 'constructor', '__proto__', 'x-none', 'cookie']) {
    expect([name, table.get(name)]).toEqual([name, headers.get(name)])
    expect([name, table.has(name)]).toEqual([name, headers.has(name)])
  }
  expect([...table.names()].sort()).toEqual([...new Set([...headers].map(([name]) => name))].sort())
})

test('names that every object has are no headers', () => {
  const table = made([])
  for (const name of ['constructor', 'tostring', 'valueof', '__proto__', 'hasownproperty'])
    expect([name, table.get(name), table.has(name)]).toEqual([name, null, false])
})

test('a copy lacks what is left out, keeps every other value in its order, and is nobody else’s', () => {
  const given = new Headers([
    ['B', '2'],
    ['Set-Cookie', 'a=1'],
    ['Set-Cookie', 'b=2'],
    ['A', '1'],
    ['A', '3'],
    ['Host', 'h'],
  ])
  const table = new HeaderTable(given)
  const copy = table.copyWithout((name) => name === 'host')
  copy.set('new', 'n')
  expect([...copy]).toEqual(
    [...given, ['new', 'n'] as [string, string]].filter(([name]) => name !== 'host').sort(byName),
  )
  expect(copy.getSetCookie()).toEqual(['a=1', 'b=2'])
  expect(given.has('new')).toBe(false)
  expect(given.get('host')).toBe('h')
})

const byName = ([a]: [string, string], [b]: [string, string]) => (a < b ? -1 : a > b ? 1 : 0)
