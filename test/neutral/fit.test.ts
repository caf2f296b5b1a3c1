/** Requests fitted to models: what is left out, cut or said otherwise, by which name, and that nothing else changes. */
import { describe, expect, test } from 'bun:test'
import type { Adjustment } from '../../src/neutral/adjustment.ts'
import {
  type Capabilities,
  type ThinkingFacts,
  unknownCapabilities,
  unknownThinking,
} from '../../src/neutral/capability.ts'
import { fitRequest } from '../../src/neutral/fit.ts'
import type { MediaPart, Part } from '../../src/neutral/message.ts'
import { type FunctionTool, type NeutralRequest, noOptions, noSampling } from '../../src/neutral/request.ts'
import type { Thinking } from '../../src/neutral/thinking.ts'
import { neutralRequest } from '../support/neutral-request.ts'

const asking = (over: Partial<NeutralRequest> = {}): NeutralRequest =>
  neutralRequest({
    model: 'm1',
    messages: [{ role: 'user', parts: [{ type: 'text', text: 'Hello there.' }] }],
    ...over,
  })

const model = (over: Partial<Capabilities> = {}): Capabilities => ({ ...unknownCapabilities('m1'), ...over })

const thinker = (over: Partial<ThinkingFacts>): Capabilities =>
  model({ thinking: { ...unknownThinking, isKnown: true, efforts: [], ...over } })

const fit = (request: NeutralRequest, capabilities: Capabilities, isForeign = false) =>
  fitRequest(request, capabilities, { isForeign })

const tool: FunctionTool = { type: 'function', name: 'read', description: null, schema: null, isStrict: null }
const image: MediaPart = {
  type: 'media',
  media: 'image',
  mediaType: 'image/png',
  source: { kind: 'base64', data: 'iVBORw0KGgo=' },
}
const imageAt = (url: string): MediaPart => ({ ...image, source: { kind: 'url', url } })
const said = (...parts: Part[]) => asking({ messages: [{ role: 'user', parts }] })

test('a request that fits comes back as the same object', () => {
  const request = asking({
    sampling: { ...noSampling, temperature: 0.5, topK: 3 },
    maxOutputTokens: 100,
    thinking: { isOn: true, effort: null, budgetTokens: 2000, shows: null },
    tools: [tool],
    stop: ['END'],
  })
  const { request: same, adjustments, refusal } = fit(request, model())
  expect(same).toBe(request)
  expect(adjustments).toEqual([])
  expect(refusal).toBeNull()
})

describe('sampling:', () => {
  test('what a model refuses is left out, each by its name', () => {
    const sampling = { ...noSampling, temperature: 0.2, topP: 0.9, seed: 7 }
    const { request, adjustments } = fit(asking({ sampling }), model({ refused: ['temperature', 'seed'] }))
    expect(request.sampling).toEqual({ ...noSampling, topP: 0.9 })
    expect(adjustments).toEqual([
      { field: 'temperature', did: 'dropped', from: '0.2', why: 'm1 refuses it' },
      { field: 'seed', did: 'dropped', from: '7', why: 'm1 refuses it' },
    ])
  })

  test('what a model refuses while it thinks stays when thinking is off, and goes when it is on or on by itself', () => {
    const sampling = { ...noSampling, temperature: 0.2 }
    const facts: Capabilities = {
      ...thinker({ style: 'adaptive', efforts: ['low', 'high'] }),
      refusedWhileThinking: ['temperature'],
    }
    const temperatureWith = (thinking: Thinking | null, isOnByDefault: boolean) =>
      fit(asking({ sampling, thinking }), { ...facts, thinking: { ...facts.thinking, isOnByDefault } }).request.sampling
        .temperature
    const on = { isOn: true, effort: null, budgetTokens: null, shows: null }
    const off = { isOn: false, effort: null, budgetTokens: null, shows: null }
    expect(temperatureWith(on, false)).toBeNull()
    expect(temperatureWith(off, true)).toBe(0.2)
    expect(temperatureWith(null, true)).toBeNull()
    expect(temperatureWith(null, false)).toBe(0.2)
  })

  test('of temperature and top_p the first stays where only one is taken', () => {
    const sampling = { ...noSampling, temperature: 0.2, topP: 0.9 }
    const { request, adjustments } = fit(asking({ sampling }), model({ takesOneOfTemperatureAndTopP: true }))
    expect(request.sampling).toEqual({ ...noSampling, temperature: 0.2 })
    expect(adjustments[0]?.field).toBe('top_p')
  })

  test('a temperature above the scale of the model becomes its highest', () => {
    const { request, adjustments } = fit(
      asking({ sampling: { ...noSampling, temperature: 1.6 } }),
      model({ maxTemperature: 1 }),
    )
    expect(request.sampling.temperature).toBe(1)
    expect(adjustments).toEqual([
      { field: 'temperature', did: 'changed', from: '1.6', to: '1', why: 'm1 takes no more' },
    ])
  })

  test('stop sequences are cut to as many as are taken, or left out', () => {
    const request = asking({ stop: ['a', 'b', 'c'] })
    expect(fit(request, model({ maxStops: 2 })).request.stop).toEqual(['a', 'b'])
    const refused = fit(request, model({ refused: ['stop'] }))
    expect(refused.request.stop).toEqual([])
    expect(refused.adjustments).toEqual([{ field: 'stop', did: 'dropped', from: '3', why: 'm1 refuses it' }])
  })
})

describe('the length of the answer:', () => {
  test('a limit above the model’s becomes the model’s', () => {
    const { request, adjustments } = fit(asking({ maxOutputTokens: 64_000 }), model({ maxOutputTokens: 16_384 }))
    expect(request.maxOutputTokens).toBe(16_384)
    expect(adjustments).toEqual([
      { field: 'max_tokens', did: 'changed', from: '64000', to: '16384', why: 'm1 writes no more' },
    ])
  })

  test('a limit that the prompt leaves no room for is cut to what is left', () => {
    // "word " 5,000 times is 5,000 tokens, and 3 of the request and 4 of the message: 5,007 and a tenth, of 8,192.
    const request = asking({
      messages: [{ role: 'user', parts: [{ type: 'text', text: 'word '.repeat(5000).trim() }] }],
      maxOutputTokens: 8000,
    })
    const { request: fitted, adjustments } = fit(request, model({ contextTokens: 8192, maxOutputTokens: 8192 }))
    expect(fitted.maxOutputTokens).toBe(2684)
    expect(adjustments[0]?.why).toBe("the prompt leaves no more of m1's window")
  })
})

describe('a prompt that is longer than the window', () => {
  const long = asking({
    messages: [{ role: 'user', parts: [{ type: 'text', text: 'word '.repeat(10_000).trim() }] }],
  })

  test('is refused with both numbers, in the words that agents look for', () => {
    const { refusal } = fit(long, model({ contextTokens: 8000 }))
    expect(refusal?.code).toBe('context-exceeded')
    expect(refusal?.status).toBe(400)
    expect(refusal?.message).toBe(
      'prompt is too long: 10007 tokens > 8000 maximum of m1, by an estimate. Shorten the conversation, or choose a model with a larger window.',
    )
    expect(refusal?.message).toMatch(/prompt is too long[^0-9]*(\d+)\s*tokens?\s*>\s*(\d+)/)
  })

  test('is sent where the estimate may be a fifth too high', () => {
    expect(fit(long, model({ contextTokens: 8006 })).refusal).toBeNull()
    expect(fit(long, model({ contextTokens: 8005 })).refusal).not.toBeNull()
  })

  test('is judged by the limit of the input where that is smaller, and by what was learned of the model', () => {
    expect(fit(long, model({ contextTokens: 400_000, maxInputTokens: 5000 })).refusal?.message).toContain('> 5000')
    const learned = fitRequest(long, model({ contextTokens: 12_000 }), { isForeign: false, tokenRatio: 1.5 })
    expect(learned.refusal?.message).toStartWith('prompt is too long: 15011 tokens > 12000')
  })

  test('is never refused by a model whose window is not known', () => {
    expect(fit(long, model()).refusal).toBeNull()
  })
})

describe('thinking:', () => {
  type Words = readonly [isOn: boolean | null, effort: Thinking['effort'], budgetTokens: number | null]
  const thinkingOf = ([isOn, effort, budgetTokens]: Words): Thinking => ({ isOn, effort, budgetTokens, shows: null })
  const claude45 = thinker({ style: 'budget', budget: { min: 1024, max: null } })
  const opus45 = thinker({ style: 'budget', budget: { min: 1024, max: null }, efforts: ['low', 'medium', 'high'] })
  const claude46 = thinker({ style: 'adaptive', efforts: ['low', 'medium', 'high', 'max'] })
  const fable = thinker({ style: 'adaptive', efforts: ['low', 'medium', 'high', 'xhigh', 'max'], canBeOff: false })
  const opus5 = thinker({ style: 'adaptive', efforts: ['low', 'high', 'xhigh'], maxEffortWhenOff: 'high' })
  const gpt5 = thinker({ style: 'effort', efforts: ['minimal', 'low', 'medium', 'high'], canBeOff: false })
  const gpt52 = thinker({ style: 'effort', efforts: ['none', 'low', 'medium', 'high', 'xhigh'] })
  const gemini3 = thinker({ style: 'effort', efforts: ['low', 'high'], canBeOff: false })
  const geminiPro = thinker({ style: 'budget', budget: { min: 128, max: 32_768 }, canBeOff: false })
  const toggle = thinker({ style: 'adaptive', efforts: [] })
  const always = thinker({ style: 'always', canBeOff: false })
  const none = thinker({ style: 'none' })

  const cases: readonly (readonly [sentence: string, Capabilities, Words, Words | null, isForeign?: boolean])[] = [
    ['a budget becomes the effort above it', claude46, [true, null, 10_000], [true, 'medium', null]],
    ['a budget becomes the nearest effort there is', claude46, [true, null, 32_000], [true, 'max', null]],
    ['a foreign effort becomes a budget and a switch', claude45, [null, 'medium', null], [true, null, 10_240], true],
    [
      'a foreign effort is kept beside a budget where both are taken',
      opus45,
      [null, 'high', null],
      [true, 'high', 24_576],
      true,
    ],
    [
      'an effort alone does not switch on what was not switched on',
      opus45,
      [null, 'medium', null],
      [null, 'medium', null],
    ],
    ['an effort alone is left out where only budgets are taken', claude45, [null, 'medium', null], null],
    ['thinking that is only switched on gets a budget', claude45, [true, null, null], [true, null, 24_576]],
    ['a budget below the least becomes the least', claude45, [true, null, 500], [true, null, 1024]],
    ['a budget above the most becomes the most', geminiPro, [true, null, 60_000], [true, null, 25_600]],
    ['thinking that can not be off is made the least', geminiPro, [false, null, 0], [true, null, 128]],
    ['thinking that can not be off has the weakest effort', gpt5, [null, 'none', null], [null, 'minimal', null]],
    [
      'thinking that can not be off has the weakest effort, adaptive or not',
      fable,
      [false, null, null],
      [null, 'low', null],
    ],
    ['an effort becomes the nearest', gpt5, [null, 'xhigh', null], [null, 'high', null]],
    ['of two as near the stronger is taken', gemini3, [null, 'medium', null], [null, 'high', null]],
    ['an effort that is allowed stays', gpt52, [null, 'xhigh', null], [null, 'xhigh', null]],
    ['an effort never becomes none', gpt52, [null, 'minimal', null], [null, 'low', null]],
    ['off is said by the word where there is one', gpt52, [false, null, null], [false, 'none', null]],
    ['on is said by an effort where silence may mean none', gpt52, [true, null, null], [true, 'medium', null]],
    ['an effort is left out where there is a switch alone', toggle, [null, 'high', null], [true, null, null]],
    [
      'off keeps the effort of the answer, no stronger than goes with it',
      opus5,
      [false, 'xhigh', null],
      [false, 'high', null],
    ],
    ['a model that takes no word about it gets none', always, [true, 'high', null], null],
    ['a model that does not think gets none', none, [true, null, 4000], null],
    ['of a model of unknown ways nothing is changed', model(), [true, 'high', 4000], [true, 'high', 4000]],
  ]
  for (const [sentence, facts, asked, expected, isForeign = false] of cases)
    test(sentence, () => {
      const thinking = thinkingOf(asked)
      const { request, adjustments } = fit(asking({ thinking }), facts, isForeign)
      expect(request.thinking).toEqual(expected === null ? null : thinkingOf(expected))
      expect(adjustments.map(({ field }) => field)).toEqual(Bun.deepEquals(asked, expected) ? [] : ['thinking'])
    })

  test('a budget leaves room for the answer', () => {
    const thinking = thinkingOf([true, null, 10_000])
    const { request, adjustments } = fit(asking({ thinking, maxOutputTokens: 4000 }), claude45)
    expect(request.thinking).toEqual(thinkingOf([true, null, 3200]))
    expect(adjustments).toEqual([
      {
        field: 'thinking',
        did: 'changed',
        from: 'on, 10000 tokens',
        to: 'on, 3200 tokens',
        why: 'm1 takes a budget of 1024 to any number of tokens',
      },
    ])
  })

  test('an answer that is shorter than the least budget is given without thinking', () => {
    const { request, adjustments } = fit(
      asking({ thinking: thinkingOf([true, null, 2000]), maxOutputTokens: 1000 }),
      claude45,
    )
    expect(request.thinking).toBeNull()
    expect(adjustments[0]?.why).toBe('m1 needs 1024 tokens to think, and more to answer')
  })

  test('a forced tool goes before thinking where both can not be, and gives way where thinking can not be off', () => {
    const request = asking({
      tools: [tool],
      toolChoice: { kind: 'named', name: 'read' },
      thinking: thinkingOf([true, null, 2000]),
    })
    const off = fit(request, { ...claude45, forcedTools: 'unless-thinking' })
    expect(off.request.toolChoice).toEqual({ kind: 'named', name: 'read' })
    expect(off.request.thinking?.isOn).toBe(false)
    const free = fit(request, { ...fable, forcedTools: 'unless-thinking' })
    expect(free.request.toolChoice).toEqual({ kind: 'auto' })
    expect(free.adjustments[0]).toEqual({
      field: 'tool_choice',
      did: 'changed',
      from: 'named',
      to: 'auto',
      why: "m1 can't be made to call a tool",
    })
  })
})

describe('media:', () => {
  test('a picture for a model that reads none is a line of text, and is named once with its number', () => {
    const { request, adjustments } = fit(
      said(image, { type: 'text', text: 'What is it?' }, image),
      model({ reads: [] }),
    )
    expect(request.messages[0]?.parts).toEqual([
      { type: 'text', text: '[image left out: m1 reads no images]' },
      { type: 'text', text: 'What is it?' },
      { type: 'text', text: '[image left out: m1 reads no images]' },
    ])
    expect(adjustments).toEqual([{ field: 'image', did: 'dropped', from: '2', why: 'm1 reads no images' }])
  })

  test('pictures inside the results of tools are found too, and cache marks stay where they were', () => {
    const marked: MediaPart = { ...image, cache: { ttl: '5m' } }
    const result: Part = {
      type: 'tool-result',
      id: 't1',
      name: null,
      output: [marked],
      isError: null,
      kind: 'function',
    }
    const { request } = fit(said(result), model({ reads: ['document'] }))
    expect(request.messages[0]?.parts).toEqual([
      {
        ...result,
        output: [{ type: 'text', text: '[image left out: m1 reads no images]', cache: { ttl: '5m' } }],
      },
    ])
  })

  test('a URL for a model that takes bytes alone is named and not fetched; its provider’s own files and data URLs stay', () => {
    const own = imageAt('https://files.example/v1/abc')
    const data = imageAt('data:image/png;base64,iVBORw0KGgo=')
    const facts = model({ takesUrls: false, ownUrls: ['https://files.example/'] })
    const { request, adjustments } = fit(said(imageAt('https://web.example/secret-name.png'), own, data), facts)
    expect(request.messages[0]?.parts).toEqual([
      { type: 'text', text: '[image left out: m1 takes no URLs of images, only their bytes]' },
      own,
      data,
    ])
    expect(adjustments).toEqual([
      { field: 'image url', did: 'dropped', from: '1', why: 'm1 takes no URLs of images, only their bytes' },
    ])
  })

  test('a file that was uploaded to another provider can not be opened there', () => {
    const file: MediaPart = { ...image, source: { kind: 'file', id: 'file_1' } }
    expect(fit(said(file), model(), false).adjustments).toEqual([])
    expect(fit(said(file), model(), true).adjustments.map(({ field }) => field)).toEqual(['file id'])
  })

  test('a document in plain text is text, whatever the model reads', () => {
    const document: MediaPart = {
      type: 'media',
      media: 'document',
      mediaType: 'text/plain',
      source: { kind: 'text', text: 'x' },
    }
    expect(fit(said(document), model({ reads: [] })).adjustments).toEqual([])
  })

  test('messages without media stay the same objects', () => {
    const request = asking({
      messages: [
        { role: 'user', parts: [image] },
        { role: 'assistant', parts: [{ type: 'text', text: 'A cat.' }] },
      ],
    })
    expect(fit(request, model({ reads: [] })).request.messages[1]).toBe(request.messages[1])
  })
})

describe('tools:', () => {
  test('an agent’s request is refused by a model without tools, not sent without them', () => {
    const { refusal } = fit(asking({ tools: [tool] }), model({ hasTools: false }))
    expect(refusal?.code).toBe('unsupported')
    expect(refusal?.message).toBe("m1 can't call tools, and this request needs them. Choose a model that has tools.")
    const call: Part = { type: 'tool-call', id: 't1', name: 'read', arguments: { text: '{}' }, kind: 'function' }
    expect(fit(said(call), model({ hasTools: false })).refusal?.code).toBe('unsupported')
  })

  test('tools that may not be called are left out where there are none', () => {
    const { request, refusal, adjustments } = fit(
      asking({ tools: [tool], toolChoice: { kind: 'none' } }),
      model({ hasTools: false }),
    )
    expect(refusal).toBeNull()
    expect(request.tools).toEqual([])
    expect(request.toolChoice).toBeNull()
    expect(adjustments).toEqual([{ field: 'tools', did: 'dropped', from: '1', why: "m1 can't call tools" }])
  })

  test('a model that is never to be forced is left to choose', () => {
    const { request } = fit(
      asking({ tools: [tool], toolChoice: { kind: 'required' } }),
      model({ forcedTools: 'never' }),
    )
    expect(request.toolChoice).toEqual({ kind: 'auto' })
  })

  test('the word about parallel calls is left out where it is refused', () => {
    const { request, adjustments } = fit(
      asking({ tools: [tool], parallelTools: false }),
      model({ refused: ['parallel_tool_calls'] }),
    )
    expect(request.parallelTools).toBeNull()
    expect(adjustments[0]).toEqual({ field: 'parallel_tool_calls', did: 'dropped', from: 'off', why: 'm1 refuses it' })
  })
})

describe('the form of the answer:', () => {
  const schema = { type: 'object', properties: { a: { type: 'number' } } }
  const format = { kind: 'schema', schema, name: null, description: null, isStrict: null } as const
  const words =
    'Answer with one JSON value and nothing else. It must be valid against this JSON Schema: {"type":"object","properties":{"a":{"type":"number"}}}'

  test('a schema for a model with JSON alone becomes JSON, and the schema is said in the prompt', () => {
    const { request, adjustments } = fit(asking({ format }), model({ structuredOutput: 'json' }))
    expect(request.format).toEqual({ kind: 'json' })
    expect(request.system).toEqual([{ type: 'text', text: words }])
    expect(adjustments.map(({ field, did }) => [field, did])).toEqual([['response_format', 'changed']])
  })

  test('where the model has neither it is said in the prompt alone', () => {
    expect(fit(asking({ format }), model({ structuredOutput: 'none' })).request.format).toBeNull()
    const json = fit(asking({ format: { kind: 'json' } }), model({ structuredOutput: 'none' }))
    expect(json.request.system).toEqual([{ type: 'text', text: 'Answer with one JSON object and nothing else.' }])
  })

  test('where the model has it, or that is not known, nothing changes', () => {
    expect(fit(asking({ format }), model({ structuredOutput: 'schema' })).adjustments).toEqual([])
    expect(fit(asking({ format }), model()).adjustments).toEqual([])
  })
})

test('wishes that a model refuses are left out by name, and a user’s id is not told', () => {
  const options = { ...noOptions, verbosity: 'low', logprobs: 2, answers: 3, userId: 'someone', store: false }
  const { request, adjustments } = fit(
    asking({ options }),
    model({ refused: ['verbosity', 'logprobs', 'n', 'user', 'store'] }),
  )
  expect(request.options).toEqual(noOptions)
  expect(adjustments.map(({ field }) => field)).toEqual(['logprobs', 'n', 'verbosity', 'store', 'user'])
  expect(JSON.stringify(adjustments)).not.toContain('someone')
})

test('one answer is no wish for several', () => {
  const request = asking({ options: { ...noOptions, answers: 1 } })
  expect(fit(request, model({ refused: ['n'] })).request).toBe(request)
})

test('earlier thoughts are kept: who signed them decides, and that is the writers’ to know', () => {
  const thought: Part = { type: 'reasoning', text: 'Let me see.' }
  const request = said(thought)
  expect(fit(request, thinker({ style: 'none' }), true).request.messages[0]?.parts).toEqual([thought])
})

describe('whatever comes,', () => {
  // A small generator of its own: the same requests every time.
  let state = 42
  const random = (below: number): number => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648
    return state % below
  }
  const pick = <T>(...values: readonly [T, ...T[]]): T => values[random(values.length)] ?? values[0]
  const efforts = ['none', 'minimal', 'low', 'medium', 'high', 'xhigh', 'max'] as const
  const anyRequest = (): NeutralRequest =>
    asking({
      messages: [
        { role: 'user', parts: [pick<Part>(image, imageAt('https://a.example/x'), { type: 'text', text: 'Hi' })] },
      ],
      tools: pick([], [tool]),
      toolChoice: pick(null, { kind: 'none' as const }, { kind: 'required' as const }),
      sampling: { ...noSampling, temperature: pick(null, 0, 1, 2), topP: pick(null, 0.5) },
      maxOutputTokens: pick(null, 1, 1024, 100_000),
      thinking: pick(null, {
        isOn: pick(null, true, false),
        effort: pick(null, ...efforts),
        budgetTokens: pick(null, 0, 1, 5000, 1_000_000),
        shows: pick(null, 'auto'),
      }),
      format: pick(null, { kind: 'json' as const }),
    })
  const anyModel = (): Capabilities => {
    const style = pick<ThinkingFacts['style']>('budget', 'adaptive', 'effort', 'always', 'none')
    return model({
      contextTokens: pick(null, 10, 8000),
      maxOutputTokens: pick(null, 500, 64_000),
      reads: pick(null, [], ['image' as const]),
      takesUrls: pick(true, false),
      hasTools: pick(null, true, false),
      forcedTools: pick('always', 'unless-thinking', 'never'),
      refused: pick([], ['temperature' as const, 'top_p' as const]),
      maxTemperature: pick(null, 1),
      structuredOutput: pick(null, 'none', 'json', 'schema'),
      thinking: {
        style,
        isKnown: pick(true, false),
        efforts: pick(null, [], efforts.slice(random(7))),
        budget: pick(null, { min: pick(0, 1024), max: pick(null, 24_576) }),
        canBeOff: style !== 'always' && pick(true, false),
        isOnByDefault: pick(true, false),
        maxEffortWhenOff: pick(null, 'high'),
      },
    })
  }

  test('a request changes only when that is said, twice fitted is once fitted, and the original is untouched', () => {
    for (let round = 0; round < 3000; round++) {
      const request = anyRequest()
      const before = JSON.stringify(request)
      const facts = anyModel()
      const isForeign = random(2) === 0
      const first = fit(request, facts, isForeign)
      expect(JSON.stringify(request)).toBe(before)
      expect(first.request === request).toBe(first.adjustments.length === 0)
      if (first.refusal !== null) continue
      const said: readonly Adjustment[] = fit(first.request, facts, isForeign).adjustments
      if (said.length > 0) throw new Error(`fitted again: ${JSON.stringify({ request, facts, said })}`)
    }
  })
})
