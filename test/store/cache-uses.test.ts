import { describe, expect, test } from 'bun:test'
import type { RequestRecord } from '../../src/neutral/record.ts'
import { openCacheUses } from '../../src/store/cache-uses.ts'
import { finished } from '../support/records.ts'
import { openTestStore } from '../support/store.ts'

describe('uses of the response cache', () => {
  test('are counted by model and task, what saved most first', () => {
    const store = openTestStore()
    const used = (over: Partial<RequestRecord>) => store.insert(finished(over))
    used({ cache: 'hit', routedModel: 'small', taskType: 'classification', savedNanoUsd: 30 })
    used({ cache: 'hit', routedModel: 'small', taskType: 'general', savedNanoUsd: null })
    used({ cache: 'miss', routedModel: 'small', taskType: 'general' })
    used({ cache: 'hit', routedModel: 'large', taskType: null, savedNanoUsd: 500 })
    used({ cache: 'bypass', routedModel: 'other', taskType: 'general' })
    used({ cache: null, routedModel: 'never' })
    expect(openCacheUses()(store.database)).toEqual({
      hits: 3,
      misses: 1,
      bypasses: 1,
      hitRate: 0.75,
      savedNanoUsd: 530,
      byModel: [
        { key: 'large', hits: 1, misses: 0, savedNanoUsd: 500 },
        { key: 'small', hits: 2, misses: 1, savedNanoUsd: 30 },
      ],
      byTask: [
        { key: '', hits: 1, misses: 0, savedNanoUsd: 500 },
        { key: 'classification', hits: 1, misses: 0, savedNanoUsd: 30 },
        { key: 'general', hits: 1, misses: 1, savedNanoUsd: 0 },
      ],
    })
  })

  test('have no rate before the first', () => {
    expect(openCacheUses()(openTestStore().database)).toMatchObject({ hits: 0, hitRate: null, byModel: [] })
  })

  test('are exact whenever they are asked for: after new requests, and after old ones are forgotten', () => {
    const store = openTestStore()
    const ask = openCacheUses()
    const answers = () => {
      const { hits, misses, savedNanoUsd, byModel } = ask(store.database)
      return [hits, misses, savedNanoUsd, byModel.map(({ key }) => key)]
    }
    const first = finished({ cache: 'hit', savedNanoUsd: 5 })
    expect(answers()).toEqual([0, 0, 0, []])
    store.insert(first)
    expect(answers()).toEqual([1, 0, 5, ['claude-sonnet-4-5']])
    expect(answers()).toEqual([1, 0, 5, ['claude-sonnet-4-5']])
    store.insert(finished({ cache: 'hit', savedNanoUsd: 7 }), finished({ cache: 'miss', routedModel: 'other' }))
    expect(answers()).toEqual([2, 1, 12, ['claude-sonnet-4-5', 'other']])
    store.database.run('DELETE FROM requests WHERE id = ?', [first.id])
    expect(answers()).toEqual([1, 1, 7, ['claude-sonnet-4-5', 'other']])
  })
})
