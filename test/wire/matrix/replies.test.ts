/** Every answer, recorded or typed by hand, told in every other dialect: whole and as a stream, and the same either way. */
import { describe, expect, test } from 'bun:test'
import type { DialectId } from '../../../src/neutral/model.ts'
import type { NeutralReply } from '../../../src/neutral/reply.ts'
import { translators } from '../../../src/wire/translators.ts'
import { areRecordingsHere } from '../recorded.ts'
import { answers } from './answers.ts'
import { answering, given, recordings, replyOf, streamOf, understood, type Source } from './recordings.ts'
import { missingInReply, unsealedIn, type Told } from './reply-meaning.ts'
import { othersThan, signerOf } from './sides.ts'

function whole(source: Source, to: DialectId): Told {
  const there = answering(source.dialect, to)
  const body: unknown = JSON.parse(JSON.stringify(replyOf(source, there)))
  const reply = translators[to].readReply(body, signerOf(to))
  return { reply, text: unsealedIn(JSON.stringify(body)), dropped: there.dropped }
}

function streamed(source: Source, to: DialectId): Told {
  const there = answering(source.dialect, to)
  const text = streamOf(source, there).join('')
  return { reply: understood(to, text), text: unsealedIn(text), dropped: there.dropped }
}

function expectTold(source: Source, said: NeutralReply, to: DialectId): void {
  const [one, other] = [whole(source, to), streamed(source, to)]
  expect(missingInReply(to, said, one)).toEqual([])
  expect(missingInReply(to, said, other)).toEqual([])
  expect([...other.dropped].sort()).toEqual([...one.dropped].sort())
  const nothing: ReadonlySet<string> = new Set()
  if (one.reply !== null) expect(missingInReply(to, one.reply, { ...other, dropped: nothing })).toEqual([])
}

describe.each(answers)('%s', (_name, { dialect, body }) => {
  const source = { dialect, body, isStream: false } as const
  test.each(othersThan(dialect))('arrives in %s, whole and as a stream', (to) => {
    expectTold(source, translators[dialect].readReply(body, signerOf(dialect)), to)
  })
})

describe.skipIf(!areRecordingsHere)('recorded', () => {
  const said = recordings.map((recording) => [recording.path, recording, given(recording)] as const)

  test('all but one that is an error and one that is broken', () => {
    expect(said.flatMap(([path, , reply]) => (reply === null ? [path] : []))).toEqual([
      'openai-responses/parallel-tool-call-wrapper.1.chunks.txt',
      'openai-responses/reasoning-model-temperature-error.json',
    ])
  })

  const pairs = said.flatMap(([path, recording, reply]) =>
    reply === null ? [] : othersThan(recording.dialect).map((to) => [path, to, recording, reply] as const),
  )
  test.each(pairs)('%s arrives in %s, whole and as a stream', (_path, to, recording, reply) => {
    expectTold(recording, reply, to)
  })
})
