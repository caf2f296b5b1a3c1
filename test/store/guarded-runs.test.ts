import { describe, expect, test } from 'bun:test'
import { parseJudge, parseListQuery } from '../../src/store/filters.ts'
import { runOf } from '../../src/control/run-line.ts'
import { listRuns } from '../../src/store/runs.ts'
import { finished } from '../support/records.ts'
import { openTestStore } from '../support/store.ts'

const now = Date.UTC(2026, 5, 15, 13, 37, 11, 250)

describe('the list of requests', () => {
  const stored = () => {
    const store = openTestStore()
    const plain = finished({ startedMs: now })
    const blocked = finished({ startedMs: now + 1, guard: 'blocked', taskType: null })
    const hit = finished({ startedMs: now + 2, guard: 'warned', cache: 'hit', savedNanoUsd: 9, taskType: 'tool_use' })
    const miss = finished({ startedMs: now + 3, cache: 'miss', agent: 'codex', translatedTo: 'gemini' })
    store.insert(plain, blocked, hit, miss)
    const names = new Map([plain, blocked, hit, miss].map(({ id }, index) => [id, 'pbhm'[index]]))
    const list = (query: string) => listRuns(store.database, parseListQuery(new URLSearchParams(query)), now).runs
    return {
      store,
      list,
      found: (query: string) =>
        list(query)
          .map(({ id }) => names.get(id))
          .join(''),
    }
  }

  const cases: [query: string, found: string][] = [
    ['guard=blocked', 'b'],
    ['guard=blocked,warned', 'hb'],
    ['guard=', 'mp'],
    ['guard=,warned', 'mhp'],
    ['cache=hit', 'h'],
    ['cache=hit,miss', 'mh'],
    ['cache=', 'bp'],
    ['task=tool_use', 'h'],
    ['task_type=quick_task', 'mp'],
    ['task=', 'b'],
    ['cache=miss&translated=true', 'm'],
    ['cache=miss&guard=warned', ''],
    ['cache=hit,miss&agent=codex', 'm'],
    ['guard=blocked&session=s1', 'b'],
    ['guard=cut', ''],
  ]
  test.each(cases)('with %s has %j', (query, found) => {
    const { store, found: listed } = stored()
    expect(listed(query)).toBe(found)
    store.fold()
    expect(listed(query)).toBe(found)
  })

  test('says what guard and cache did', () => {
    expect(stored().list('cache=hit')).toMatchObject([
      { taskType: 'tool_use', guard: 'warned', cache: 'hit', savedNanoUsd: 9 },
    ])
    expect(stored().list('guard=&cache=')).toMatchObject([
      { taskType: 'quick_task', guard: null, cache: null, savedNanoUsd: null },
    ])
  })

  test.each(['guard=stop', 'cache=yes', 'task=coding'])('refuses %s by name', (query) => {
    expect(() => parseListQuery(new URLSearchParams(query))).toThrow(`${query.split('=')[0]} is `)
  })

  test('goes on where the page before ended', () => {
    const { store } = stored()
    const page = (query: string) => listRuns(store.database, parseListQuery(new URLSearchParams(query)), now)
    const first = page('guard=blocked,warned&limit=1')
    const second = page(`guard=blocked,warned&limit=1&cursor=${first.nextCursor}`)
    expect([first, second].map(({ runs }) => runs.map(({ guard }) => guard))).toEqual([['warned'], ['blocked']])
    expect(second.nextCursor).toBeNull()
    expect(() => page(`guard=blocked&cursor=${first.nextCursor}`)).toThrow('cursor belongs to other filters')
  })

  test('judges a request that has just ended the same way', () => {
    const hit = runOf(finished({ guard: 'warned', cache: 'hit', taskType: 'tool_use' }))
    const plain = runOf(finished({ taskType: null }))
    const judged = (query: string) => [hit, plain].map(parseJudge(new URLSearchParams(query)))
    expect(judged('guard=warned,cut')).toEqual([true, false])
    expect(judged('guard=')).toEqual([false, true])
    expect(judged('cache=hit&task=tool_use')).toEqual([true, false])
    expect(judged('task=')).toEqual([false, true])
  })
})
