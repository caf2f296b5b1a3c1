/** The Responses API over a WebSocket, as Codex uses it: the same pipeline, the same rows, one for each turn. */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'bun:test'
import { fakeKeys } from '../support/fake-keys.ts'
import { marks, mockModels } from '../support/mock-models.ts'
import type { ScriptedProvider } from '../support/provider.ts'
import { startRelay, type Relay } from '../support/relay.ts'

let mock: ScriptedProvider
let relay: Relay
let before = 0
const sockets: WebSocket[] = []

beforeAll(async () => {
  mock = mockModels()
  relay = await startRelay({
    providers: { openai: mock.url, anthropic: mock.url },
    variables: { ANTHROPIC_API_KEY: fakeKeys.anthropic },
  })
})
beforeEach(() => {
  before = Number(relay.lastRow()['seq'] ?? 0)
})
afterEach(() => {
  for (const socket of sockets.splice(0)) socket.close()
})
afterAll(async () => {
  await relay.stop()
  await mock.stop()
})

type Event = Readonly<Record<string, unknown>>

interface Line {
  readonly socket: WebSocket
  send(message: unknown): void
  /** Events up to and with the one of that type. */
  until(type: string): Promise<readonly Event[]>
}

async function dial(headers: Record<string, string> = {}, path = '/v1/responses'): Promise<Line> {
  const socket = new WebSocket(relay.url.replace('http', 'ws') + path, {
    headers: { authorization: `Bearer ${fakeKeys.openai}`, ...headers },
  } as never)
  sockets.push(socket)
  const waiting: Event[] = []
  let wake = () => undefined as void
  socket.addEventListener('message', ({ data }) => {
    waiting.push(JSON.parse(String(data)) as Event)
    wake()
  })
  await new Promise((resolve, reject) => {
    socket.addEventListener('open', resolve)
    socket.addEventListener('error', reject)
  })
  return {
    socket,
    send: (message) => socket.send(typeof message === 'string' ? message : JSON.stringify(message)),
    async until(type) {
      for (;;) {
        const end = waiting.findIndex((event) => event['type'] === type)
        if (end >= 0) return waiting.splice(0, end + 1)
        await new Promise<void>((resolve) => (wake = resolve))
      }
    },
  }
}

const newRows = () => relay.rows('SELECT * FROM requests WHERE seq > ? ORDER BY seq', before)

const user = (text: string) => ({ type: 'message', role: 'user', content: [{ type: 'input_text', text }] })
const create = (over: Event): Event => ({ type: 'response.create', model: 'gpt-5', store: false, ...over })
const weather = { type: 'function', name: 'get_weather', parameters: { type: 'object', properties: {} }, strict: false }

const idOf = (events: readonly Event[]): string => {
  const { response } = events.at(-1) as { response: { id: string } }
  return response.id
}
const lastBody = () => JSON.parse(mock.seen.at(-1)?.text ?? '{}') as Event

describe.each([
  ['gpt-5', '/v1/responses', null],
  ['claude-sonnet-4-6', '/v1/messages', 'anthropic'],
] as const)('a connection to %s', (model, path, translatedTo) => {
  test('carries a tool turn, of which the second message holds only what is new', async () => {
    const line = await dial({ 'session-id': `s-${model}` })
    line.send(create({ model, input: [user(`${marks.tool} please`)], tools: [weather] }))
    const first = await line.until('response.completed')
    expect(first[0]?.['type']).toBe('response.created')
    const done = first.find((event) => event['type'] === 'response.output_item.done' && isCall(event)) as {
      item: { call_id: string }
    }
    const output = { type: 'function_call_output', call_id: done.item.call_id, output: 'Rain, 11 degrees' }
    line.send(create({ model, previous_response_id: idOf(first), input: [output], tools: [weather] }))
    const second = await line.until('response.completed')
    const text = second.flatMap((event) => (event['type'] === 'response.output_text.delta' ? [event['delta']] : []))
    expect(text.join('')).toBe('The tool said: Rain, 11 degrees')

    expect(mock.seen.at(-1)?.target).toBe(path)
    expect(JSON.stringify(lastBody())).toContain(marks.tool)
    expect(lastBody()).not.toHaveProperty('previous_response_id')
    const row = { endpoint: 'responses', status: 200, outcome: 'complete', is_stream: 1, translated_to: translatedTo }
    expect(newRows()).toMatchObject([
      { ...row, session_id: `s-${model}`, output_tokens: 40 },
      { ...row, session_id: `s-${model}`, output_tokens: 60 },
    ])
  })
})

const isCall = (event: Event): boolean => (event['item'] as Event | undefined)?.['type'] === 'function_call'

test('a prompt that is sent ahead costs nothing, and stands before the next turn', async () => {
  const line = await dial()
  const seen = mock.seen.length
  line.send(create({ generate: false, input: [{ type: 'message', role: 'developer', content: 'Be brief.' }] }))
  const prepared = await line.until('response.completed')
  expect(prepared.map((event) => event['type'])).toEqual(['response.created', 'response.completed'])
  expect(mock.seen.length).toBe(seen)
  line.send(create({ previous_response_id: idOf(prepared), input: [user('hello')] }))
  await line.until('response.completed')
  expect(lastBody()['input']).toEqual([{ type: 'message', role: 'developer', content: 'Be brief.' }, user('hello')])
  expect(newRows()).toHaveLength(1)
})

test.each([['gpt-5'], ['claude-sonnet-4-6']])(
  'a turn to %s is put together without a change to its numbers, those of the turns before it too',
  async (model) => {
    const line = await dial()
    const id = '1234567890123456789'
    const numbered = `{"type":"function","name":"get","parameters":{"type":"object","properties":{"id":{"type":"integer","maximum":${id}}}}}`
    const turn = (members: string) =>
      `{"type":"response.create","model":"${model}","store":false,"tools":[${numbered}],${members}}`
    const call = `{"type":"function_call","call_id":"call_1","name":"get","arguments":{"id":${id}}}`
    line.send(turn(`"input":[{"role":"user","content":"hello"},${call}]`))
    const first = await line.until('response.completed')
    expect(mock.seen.at(-1)?.text).toContain(`"maximum":${id}`)
    expect(mock.seen.at(-1)?.text).toContain(`{"id":${id}}`)
    line.send(turn(`"previous_response_id":"${idOf(first)}","input":"go on"`))
    await line.until('response.completed')
    expect(mock.seen.at(-1)?.text).toContain(`{"id":${id}}`)
  },
)

test('headers of one turn, which Codex sends as metadata, reach the provider as headers', async () => {
  const line = await dial({ 'x-codex-window-id': 'w-1' })
  const client_metadata = { ws_request_header_x_openai_internal_codex_responses_lite: 'true', turn_id: 't-1' }
  line.send(create({ input: 'hello', client_metadata }))
  await line.until('response.completed')
  const [seen] = mock.seen.slice(-1)
  expect(seen?.headers.get('x-openai-internal-codex-responses-lite')).toBe('true')
  expect(seen?.headers.get('x-codex-window-id')).toBe('w-1')
  expect(seen?.headers.get('sec-websocket-key')).toBeNull()
  expect(lastBody()['client_metadata']).toEqual({ turn_id: 't-1' })
})

test('an answer that is not known here is refused in the words that make a client send the whole conversation', async () => {
  const line = await dial()
  line.send(create({ previous_response_id: 'resp_nobody', input: [user('hello')] }))
  const [event] = await line.until('error')
  expect(event).toMatchObject({
    type: 'error',
    status: 400,
    error: { code: 'previous_response_not_found', param: 'previous_response_id' },
  })
  expect(newRows()).toEqual([])
})

test("the provider's refusal comes as an error with its status, and the connection stays open", async () => {
  const line = await dial()
  line.send(create({ input: [user(`${marks.fail}401`)] }))
  const [event] = await line.until('error')
  expect(event).toMatchObject({ type: 'error', status: 401, error: { code: 'invalid_api_key' } })
  line.send(create({ input: [user('hello')] }))
  await line.until('response.completed')
  expect(newRows()).toMatchObject([
    { status: 401, outcome: 'failed' },
    { status: 200, outcome: 'complete' },
  ])
})

test.each(['no JSON', '[]', '{"type":"response.cancel"}'])(
  'a message that asks for nothing is told so: %s',
  async (text) => {
    const line = await dial()
    line.send(text)
    expect(await line.until('error')).toMatchObject([{ status: 400, error: { type: 'invalid_request_error' } }])
  },
)

test('a client that closes in mid-answer ends the upstream call, and is booked as far as it went', async () => {
  const aborted = mock.aborted()
  const line = await dial()
  line.send(create({ input: [user(marks.hang)] }))
  await line.until('response.output_text.delta')
  line.socket.close()
  await relay.until('the upstream call ended', () => mock.aborted() === aborted + 1)
  await relay.until('the row is there', () => newRows().length === 1)
  expect(newRows()).toMatchObject([{ outcome: 'client_abort', cost_status: 'estimated' }])
})

test('two turns at once are answered one after the other', async () => {
  const line = await dial()
  line.send(create({ input: [user('one')] }))
  line.send(create({ input: [user('two')] }))
  const events = [...(await line.until('response.completed')), ...(await line.until('response.completed'))]
  const kinds = events.map((event) => event['type']).filter((type) => type !== 'response.output_text.delta')
  expect(kinds.filter((type) => type === 'response.created')).toHaveLength(2)
  expect(kinds.indexOf('response.completed')).toBeLessThan(kinds.lastIndexOf('response.created'))
})

test.each(['/responses', '/v1/v1/responses', '/openai/v1/responses'])('it is at %s too', async (path) => {
  const line = await dial({}, path)
  line.send(create({ input: 'hello' }))
  await line.until('response.completed')
  expect(newRows()).toMatchObject([{ endpoint: 'responses', status: 200, path }])
})

test('a web page of somebody else gets no socket', async () => {
  const response = await fetch(`${relay.url}/v1/responses`, {
    headers: { upgrade: 'websocket', connection: 'upgrade', origin: 'https://evil.example' },
  })
  expect(response.status).toBe(403)
})

test('paths without a socket of their own say so', async () => {
  const response = await fetch(`${relay.url}/v1/messages`, { headers: { upgrade: 'websocket', connection: 'upgrade' } })
  expect(response.status).toBe(426)
})
