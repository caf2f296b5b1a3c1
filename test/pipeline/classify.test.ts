/** What a request is taken for, through all stages: in the headers while it is routed, in the row after it. */
import { afterEach, describe, expect, test } from 'bun:test'
import type { RequestRecord } from '../../src/neutral/record.ts'
import { openRig, tools, type Asking, type Rig } from './model-rig.ts'

const open: Rig[] = []
afterEach(() => Promise.all(open.splice(0).map((rig) => rig.stop())))

/** A mode that looks at every request and leaves it where it is. */
const looking = {
  routing: { mode: 'auto', complexity: { simple: 'claude-dear', moderate: 'claude-dear', complex: 'claude-dear' } },
}

function rigWith(config: object = looking): Rig {
  const rig = openRig({}, config)
  open.push(rig)
  return rig
}

async function asks(rig: Rig, asking: Asking) {
  const { headers } = await rig.post(asking)
  return { row: rig.rows.at(-1) as RequestRecord, headers }
}

describe('the task', () => {
  test('is told before the call by what is expected, and recorded by what came', async () => {
    const { headers, row } = await asks(rigWith(), { more: tools.anthropic })
    // 1000 tokens in and 200 out, with tools
    expect(row.taskType).toBe('tool_use')
    expect(headers.get('x-relayplane-task')).not.toBeNull()
  })

  test('a short answer that is asked for is a short task', async () => {
    const { headers } = await asks(rigWith(), { more: { max_tokens: 100 } })
    expect(headers.get('x-relayplane-task')).toBe('quick_task')
  })

  test('what answers of the model took before is expected of the next one', async () => {
    const rig = rigWith()
    const task = async () => (await asks(rig, { more: tools.anthropic })).headers.get('x-relayplane-task')
    const first = await task()
    for (let i = 0; i < 30; i++) await task()
    // Answers of 200 tokens, where nothing was known of any at first.
    expect([first, await task()]).toEqual(['generation', 'tool_use'])
  })

  test('a long prompt is long context', async () => {
    const { headers } = await asks(rigWith(), { prompt: 'word '.repeat(20_000) })
    expect(headers.get('x-relayplane-task')).toBe('long_context')
  })
})

describe('how hard it looks', () => {
  test('an agent’s system prompt and what its tools return make nothing complex', async () => {
    const system = 'Design the architecture of a distributed system, analyze and prove each algorithm. '.repeat(300)
    const messages = [
      { role: 'user', content: 'Which day is it?' },
      { role: 'assistant', content: [{ type: 'tool_use', id: 't1', name: 'look', input: { city: 'Paris' } }] },
      {
        role: 'user',
        content: [{ type: 'tool_result', tool_use_id: 't1', content: 'refactor prove analyze '.repeat(2000) }],
      },
    ]
    const { headers } = await asks(rigWith(), { more: { ...tools.anthropic, system, messages } })
    expect(headers.get('x-relayplane-complexity')).toBe('simple')
  })

  test('is in the row, with what a simulation needs', async () => {
    const { row } = await asks(rigWith(), { more: tools.anthropic })
    expect(row.complexity?.tier).toBe('simple')
    expect(row.complexity?.score).toBeLessThan(25)
    expect(row.facts).toEqual({
      tools: 1,
      messages: 1,
      images: false,
      toolTurn: false,
      sideCall: null,
      maxOutputTokens: 2000,
      expected: { inputTokens: 68, outputTokens: 2000 },
    })
  })

  test('is not looked at where nothing asks, and then neither headers nor the row have it', async () => {
    const { row, headers } = await asks(rigWith({}), {})
    expect(row).toMatchObject({ complexity: null, facts: null, isAutomated: false })
    expect([headers.get('x-relayplane-task'), headers.get('x-relayplane-complexity')]).toEqual([null, null])
  })

  test('unless it is to be noted: then the row has it, and the answer says nothing', async () => {
    const { row, headers } = await asks(rigWith({ routing: { observe: true } }), {})
    expect(row.complexity?.tier).toBe('simple')
    expect(headers.get('x-relayplane-complexity')).toBeNull()
  })
})

describe('background traffic', () => {
  const cases: readonly (readonly [string, Asking, boolean])[] = [
    ['a person’s request is none', {}, false],
    ['the caller says so', { headers: { 'x-relayplane-automated': 'true' } }, true],
    ['the caller says no', { headers: { 'x-relayplane-automated': 'false', 'user-agent': 'kube-probe/1.31' } }, false],
    ['a program that asks by the clock', { headers: { 'user-agent': 'kube-probe/1.31' } }, true],
    ['a title that an agent asks for', { more: { system: 'Generate a concise, sentence-case title for this.' } }, true],
    [
      'a word of a person’s that quotes one',
      { prompt: 'What does "Generate a concise, sentence-case title" do?' },
      false,
    ],
  ]
  test.each(cases)('%s', async (_, asking, isAutomated) => {
    expect((await asks(rigWith(), asking)).row.isAutomated).toBe(isAutomated)
  })

  test('the same words every minute are, from the fourth on', async () => {
    let now = Date.UTC(2026, 10, 22)
    const rig = openRig({}, looking, { clock: { now: () => now, monotonic: () => performance.now() } })
    open.push(rig)
    for (let n = 0; n < 5; n++, now += 60_000) await rig.post({ prompt: `Anything new at ${n}?` })
    expect(rig.rows.map(({ isAutomated }) => isAutomated)).toEqual([false, false, false, true, true])
  })
})
