import { expect, test } from 'bun:test'
import { appendFileSync, existsSync, mkdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { openInflightJournal, readOrphans, unbooked } from '../../src/store/inflight.ts'
import { tempFolder } from '../support/folder.ts'
import { earlierAttempt, inflight } from '../support/records.ts'

const nobody = () => false

function journalIn(folder = tempFolder()) {
  const warnings: string[] = []
  const journal = openInflightJournal(folder, '4711', (sentence) => warnings.push(sentence))
  return { folder, journal, warnings, path: join(folder, 'inflight-4711.jsonl') }
}

test('it holds what was sent and not ended when the process died', () => {
  const { folder, journal } = journalIn()
  const ended = inflight()
  const lost = inflight()
  journal.open(ended)
  journal.open(lost)
  journal.close(ended.id)
  const left = readOrphans(folder, nobody)
  // The line of a request that ended stays until the file is written anew; its row in the table tells.
  expect(left.records).toEqual([ended, lost])
  left.forget()
  expect(readOrphans(folder, nobody).records).toEqual([])
})

test('of a request with several attempts the last one is left, with those before it', () => {
  const { folder, journal } = journalIn()
  const first = inflight({ provider: 'anthropic', attempt: 1 })
  const refused = earlierAttempt()
  const second = inflight({
    id: first.id,
    provider: 'openai',
    routedModel: 'gpt-5-nano',
    attempt: 2,
    earlier: [refused],
  })
  journal.open(first)
  journal.open(second)
  expect(readOrphans(folder, nobody).records).toEqual([second])
})

test('a request is in it before anything else happens: it may be sent at once', () => {
  const { folder, journal } = journalIn()
  const one = inflight()
  journal.open(one)
  expect(readOrphans(folder, nobody).records).toEqual([one])
})

test('the journal of a living process is left alone', () => {
  const { folder, journal } = journalIn()
  journal.open(inflight())
  expect(readOrphans(folder, (owner) => owner === '4711').records).toEqual([])
})

test('a line cut off by the crash is skipped', () => {
  const { folder, journal, path } = journalIn()
  const one = inflight()
  journal.open(one)
  appendFileSync(path, '{"id":"half')
  expect(readOrphans(folder, nobody).records).toEqual([one])
})

test('a long journal is written anew with what is still open, and goes when nothing is', () => {
  const { folder, journal, path } = journalIn()
  const stays = inflight()
  journal.open(stays)
  for (let i = 0; i < 40; i++) {
    const many = Array.from({ length: 100 }, () => inflight())
    for (const one of many) journal.open(one)
    for (const one of many) journal.close(one.id)
  }
  expect(statSync(path).size).toBeLessThan(1024 * 1024)
  expect(readOrphans(folder, nobody).records[0]).toEqual(stays)
  expect(statSync(path).mode & 0o777).toBe(0o600)
  journal.close(stays.id)
  journal.end()
  expect(existsSync(path)).toBe(false)
})

test('a journal that cannot be written is said once and stops nothing', () => {
  const { journal, warnings } = journalIn(join(tempFolder(), 'not there'))
  journal.open(inflight())
  journal.open(inflight())
  expect(warnings).toHaveLength(1)
  expect(warnings[0]).toStartWith("The journal of requests in flight can't be written (ENOENT")
})

test('what was sent beside another attempt ends with the request that it was sent for', () => {
  const { journal } = journalIn()
  const call = inflight()
  const hedge = inflight({ hedgeOf: call.id })
  journal.open(call)
  journal.open(hedge)
  journal.open(inflight())
  expect(journal.size()).toBe(3)
  journal.close(call.id)
  expect(journal.size()).toBe(1)
})

test('after a crash it is booked beside its request, unless that has its row', () => {
  const call = inflight()
  const hedge = inflight({ hedgeOf: call.id })
  expect(unbooked([call, hedge], () => false)).toEqual([call, hedge])
  expect(unbooked([call, hedge], (id) => id === call.id)).toEqual([call])
})

test('a line that is no request, and a folder of its name, end no start and are no requests', () => {
  const { folder, journal, path } = journalIn()
  const one = inflight()
  journal.open(one)
  appendFileSync(path, 'null\n5\n{}\n[]\n"text"\n')
  mkdirSync(join(folder, 'inflight-4712.jsonl'))
  const left = readOrphans(folder, nobody)
  expect(left.records).toEqual([one])
  left.forget()
  expect(existsSync(path)).toBe(false)
})
