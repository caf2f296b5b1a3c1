/** Grading, over real HTTP. */
import { afterEach, expect, test } from 'bun:test'
import { scriptedProvider, type Script, type ScriptedProvider } from '../support/provider.ts'
import { startRelay, type Relay } from '../support/relay.ts'

const open: { stop(): Promise<void> }[] = []
afterEach(async () => {
  for (const one of open.splice(0).toReversed()) await one.stop()
})

const says = (model: string, content: string) =>
  Response.json({
    id: 'chatcmpl-1',
    object: 'chat.completion',
    created: 1,
    model,
    choices: [{ index: 0, message: { role: 'assistant', content }, finish_reason: 'stop' }],
    usage: { prompt_tokens: 100, completion_tokens: 10, total_tokens: 110 },
  })

const modelOf = (text: string) => (JSON.parse(text) as { model: string }).model

const answers: Script = ({ text }) => {
  const model = modelOf(text)
  return says(model, model === 'gpt-judge' ? 'SAME' : `an answer of ${model}`)
}

async function relayWith(script: Script, grading: object = { enabled: true, samplePercent: 100 }) {
  const provider: ScriptedProvider = scriptedProvider(script)
  const price = { inputUsd: 1, outputUsd: 2 }
  const relay: Relay = await startRelay({
    providers: { openai: provider.url },
    variables: { OPENAI_API_KEY: 'sk-configured-0000000000000000' },
    config: {
      routing: { aliases: { mine: 'openai/gpt-small' } },
      prices: { 'openai/gpt-small': price, 'openai/gpt-large': price, 'openai/gpt-judge': price },
      grading: { judgeModel: 'openai/gpt-judge', baselineModel: 'openai/gpt-large', ...grading },
    },
  })
  open.push(provider, relay)
  const ask = async (content = 'What is the capital of Australia?') => {
    const body = JSON.stringify({ model: 'mine', messages: [{ role: 'user', content }] })
    const response = await fetch(`${relay.url}/v1/chat/completions`, { method: 'POST', body })
    await response.text()
    return response
  }
  return { relay, provider, ask }
}

test('a routed answer is graded after the client has it, and the verdict is in the figures', async () => {
  const { relay, provider, ask } = await relayWith(answers)
  expect((await ask()).headers.get('x-relayplane-model')).toBe('gpt-small')
  await relay.until('a grade', () => relay.rows('SELECT id FROM grades').length === 1)
  expect(relay.rows('SELECT model, baseline, judge, verdict, cost_nano_usd FROM grades')).toEqual([
    {
      model: 'gpt-small',
      baseline: 'openai/gpt-large',
      judge: 'openai/gpt-judge',
      verdict: 'same',
      // Three requests of 100 * 1 + 10 * 2 millionths of a dollar.
      cost_nano_usd: 360_000,
    },
  ])
  expect(provider.seen.map(({ text }) => modelOf(text))).toEqual(['gpt-small', 'gpt-large', 'gpt-judge', 'gpt-judge'])
  expect(relay.rows('SELECT agent, automated FROM requests ORDER BY seq')).toEqual([
    expect.not.objectContaining({ agent: 'relayplane-grading' }),
    ...[1, 2, 3].map(() => ({ agent: 'relayplane-grading', automated: 1 })),
  ])
  const page = (await (await fetch(`${relay.url}/v1/telemetry/signals`)).json()) as {
    models: { model: string; graded: { same: { count: number } } }[]
  }
  expect(page.models.find(({ model }) => model === 'gpt-small')?.graded.same.count).toBe(1)
})

test('a baseline that hangs keeps no client waiting, nor the end of the server', async () => {
  const hangs: Script = (seen, signal) =>
    modelOf(seen.text) === 'gpt-large'
      ? new Promise((resolve) => signal.addEventListener('abort', () => resolve(new Response())))
      : answers(seen, signal)
  const { relay, provider, ask } = await relayWith(hangs)
  for (const text of ['What is the capital of Australia?', 'What is the capital of Canada?'])
    expect((await ask(text)).status).toBe(200)
  await relay.until('the baseline is asked', () => provider.seen.some(({ text }) => modelOf(text) === 'gpt-large'))
})

test('nothing is graded until it is switched on', async () => {
  const { relay, provider, ask } = await relayWith(answers, {})
  await ask()
  await ask('What is the capital of Canada?')
  expect(provider.seen.map(({ text }) => modelOf(text))).toEqual(['gpt-small', 'gpt-small'])
  expect(relay.rows('SELECT id FROM grades')).toEqual([])
})
