import { expect, test } from 'bun:test'
import { openAutomated, readAutomated, type AutomatedFacts } from '../../src/rules/automated.ts'

const person: AutomatedFacts = {
  atMs: 0,
  header: null,
  userAgent: 'claude-cli/2.1.330',
  caller: 'claude-code s1',
  text: 'Fix the test.',
  isToolTurn: false,
  sideCall: null,
}

const seen = (facts: Partial<AutomatedFacts>) => openAutomated().see({ ...person, ...facts })

/** What is said of the last of these moments, in seconds. */
function atSeconds(seconds: readonly number[], facts: (index: number) => Partial<AutomatedFacts> = () => ({})) {
  const watch = openAutomated()
  return seconds.map((second, index) => watch.see({ ...person, atMs: second * 1000, ...facts(index) })).at(-1) ?? null
}

test('a person at work is not automated', () => {
  expect(seen({})).toBeNull()
})

test('the header says so, and a plain no is one', () => {
  expect(['1', 'true', 'yes', ' TRUE ', 'cron'].map(readAutomated)).toEqual([true, true, true, true, true])
  expect(['0', 'false', 'No', 'off'].map(readAutomated)).toEqual([false, false, false, false])
  expect([null, '', ' '].map(readAutomated)).toEqual([null, null, null])
  expect(seen({ header: '1' })).toEqual({ reason: 'header', why: 'the caller says so' })
})

test('a no in the header overrules every suspicion', () => {
  const sideCall = { kind: 'title', why: 'x', isSmall: true } as const
  expect(seen({ header: 'false', sideCall, userAgent: 'kube-probe/1.31', text: 'HEARTBEAT_OK' })).toBeNull()
})

test('a side call is automated, and says which', () => {
  const sideCall = { kind: 'title', why: 'its system prompt says "…"', isSmall: true } as const
  expect(seen({ sideCall })).toEqual({ reason: 'side-call', why: 'title: its system prompt says "…"' })
})

test('probes and jobs are told by their names', () => {
  expect(seen({ userAgent: 'kube-probe/1.31' })).toEqual({ reason: 'client', why: 'sent by kube-probe' })
  expect(seen({ userAgent: 'my-cronjob/1' })?.reason).toBe('client')
  expect(seen({ userAgent: 'python-requests/2.32' })).toBeNull()
  expect(seen({ userAgent: 'acronym/1' })).toBeNull()
})

test("an agent's alarm clock is told by the answer that it wants", () => {
  expect(seen({ text: 'Read HEARTBEAT.md. If nothing needs attention, reply HEARTBEAT_OK.' })?.reason).toBe('heartbeat')
})

test('the same words at equal distances are automated from the fourth on', () => {
  expect(atSeconds([0, 60, 120])).toBeNull()
  expect(atSeconds([0, 60, 120, 180])).toEqual({ reason: 'interval', why: 'the same words every 60 s, 4 times' })
})

test('a timer may be late by a twentieth', () => {
  expect(atSeconds([0, 600, 1225, 1830])?.reason).toBe('interval')
  expect(atSeconds([0, 600, 1300, 1900])).toBeNull()
})

test('dates and numbers in the words may differ', () => {
  expect(
    atSeconds([0, 60, 120, 180], (index) => ({ text: `Report of 2026-11-${20 + index}, run ${index}` }))?.reason,
  ).toBe('interval')
})

test('other words, other callers, retries and people who come back at leisure are none', () => {
  expect(atSeconds([0, 60, 120, 180], (index) => ({ text: `step ${'abcd'[index]}` }))).toBeNull()
  expect(atSeconds([0, 60, 120, 180], (index) => ({ caller: `c${index}` }))).toBeNull()
  expect(atSeconds([0, 2, 4, 6])).toBeNull()
  expect(atSeconds([0, 50, 190, 260])).toBeNull()
})

test('the turns of a tool loop are no repetition of its first words', () => {
  expect(atSeconds([0, 60, 120, 180], () => ({ isToolTurn: true }))).toBeNull()
})

test('a person who stops the rhythm is one again', () => {
  expect(atSeconds([0, 60, 120, 180, 400])).toBeNull()
})

test('what it remembers is bounded: after a thousand other texts a rhythm begins anew', () => {
  const watch = openAutomated()
  const at = (second: number, text: string) => watch.see({ ...person, atMs: second * 1000, text })
  for (const second of [0, 60, 120]) at(second, 'a')
  // Not by numbers: texts that differ in those alone are the same.
  for (let index = 0; index < 1000; index++) at(121, `other ${'x'.repeat(index)}`)
  expect(at(180, 'a')).toBeNull()
})
