import { describe, expect, test } from 'bun:test'
import type { Shadow } from '../../src/neutral/grade.ts'
import type { NeutralReply } from '../../src/neutral/reply.ts'
import { answerAndGrade } from '../../src/pipeline/shadow-collect.ts'
import { attempt, call, settlement } from '../support/calls.ts'
import { finished } from '../support/records.ts'
import { anthropicFrames, anthropicReply } from '../support/replies.ts'

const row = finished({ id: 'r1', provider: 'anthropic' })

describe('an answer is kept for grading', () => {
  function collecting(isWanted: boolean) {
    const offered: [NeutralReply, string][] = []
    const shadow: Shadow = {
      wants: () => isWanted,
      offer: (_, said, { id }) => void offered.push([said, id]),
      isIdle: () => true,
      close: () => Promise.resolve(),
    }
    const others: number[] = []
    const answered = {
      kind: 'answered' as const,
      upstream: new Response(),
      attempt: attempt(),
      stripUsage: false,
      translation: null,
      collect: (piece: Uint8Array) => void others.push(piece.length),
    }
    const send = async (pieces: readonly string[], outcome: 'complete' | 'client_abort' = 'complete') => {
      await answerAndGrade(
        call(),
        answered,
        () => Promise.resolve(row),
        shadow,
        async (heard, receipt) => {
          for (const piece of pieces) if (heard.kind === 'answered') heard.collect?.(Buffer.from(piece))
          await receipt(settlement({ outcome }))
          expect(offered).toEqual([])
          return new Response()
        },
      )
      await new Promise((resolve) => setImmediate(resolve))
      return offered.map(([said, id]) => [said.parts.map((part) => (part.type === 'text' ? part.text : part.type)), id])
    }
    return { send, others }
  }

  test('whole or streamed, and offered after its row is written; the cache hears it as before', async () => {
    const { send, others } = collecting(true)
    expect(await send([JSON.stringify(anthropicReply)])).toEqual([[['Hello there.'], 'r1']])
    expect(others).toHaveLength(1)
    expect(await collecting(true).send(anthropicFrames)).toEqual([[['Hello there, who are you? ☃'], 'r1']])
  })

  test('not where it is not wanted, was cut off, is too long or makes no sense', async () => {
    expect(await collecting(false).send([JSON.stringify(anthropicReply)])).toEqual([])
    expect(await collecting(true).send([JSON.stringify(anthropicReply)], 'client_abort')).toEqual([])
    expect(await collecting(true).send([JSON.stringify({ ...anthropicReply, x: 'x'.repeat(2_000_000) })])).toEqual([])
    expect(await collecting(true).send(['{"no'])).toEqual([])
  })
})
