/** The tap between a provider driven by hand and a client's socket: what only the server's own way of taking the stream shows. */
import { afterAll, expect, test } from 'bun:test'
import { connect } from 'node:net'
import { ByteObserver } from '../../src/pipeline/observe-bytes.ts'
import { anthropicFrames } from '../support/replies.ts'
import { keepAlive, quiet, tapRig, type RigOptions, type TapRig } from './rig.ts'

let served: TapRig = tapRig()
const server = Bun.serve({
  port: 0,
  hostname: '127.0.0.1',
  development: false,
  fetch: () => new Response(served.stream, { headers: { 'content-type': 'text/event-stream' } }),
})
afterAll(() => server.stop(true))

/** The end of a chunked body. */
const end = '0\r\n\r\n'

/** A tap and a client that has asked for its stream. */
async function ask(options: RigOptions = {}) {
  const tapped = (served = tapRig(options))
  const socket = connect({ port: server.port ?? 0, host: '127.0.0.1' })
  let text = ''
  let isClosed = false
  socket.on('data', (data: Buffer) => (text += data.toString()))
  socket.on('close', () => (isClosed = true))
  // A connection that breaks is closed as well.
  socket.on('error', () => undefined)
  socket.write('GET / HTTP/1.1\r\nhost: localhost\r\n\r\n')
  await until(() => tapped.pulls() > 0)
  return {
    ...tapped,
    text: () => text,
    isClosed: () => isClosed,
    saw: (words: string) => until(() => text.includes(words)),
    hangUp: () => socket.destroy(),
  }
}

async function until(ask: () => boolean): Promise<void> {
  const giveUpAt = performance.now() + 4000
  while (!ask()) {
    if (performance.now() > giveUpAt) throw new Error('never happened within 4 s')
    await quiet()
  }
}

test('every frame is with the client before the next one comes', async () => {
  const one = await ask()
  for (const frame of anthropicFrames) {
    one.push(frame)
    await one.saw(frame)
  }
  expect(one.text()).not.toContain(end)
  one.end()
  await one.saw(end)
  expect(one.settled).toMatchObject([{ outcome: 'complete' }])
})

test('a comment of ours is with the client though nothing follows it', async () => {
  const one = await ask({ keepAliveMs: 1000 })
  one.pass(1000)
  await one.saw(keepAlive)
  expect(one.text()).not.toContain(end)
  one.hangUp()
  await until(() => one.settled.length > 0)
})

test('the terminal frame stays back until the row is written, while what came before it does not', async () => {
  const one = await ask({ holdsRow: true })
  one.push(anthropicFrames.join(''))
  one.end()
  await one.saw('message_delta')
  expect(one.settled).toHaveLength(1)
  expect(one.text()).not.toContain('message_stop')
  one.letSettle()
  await one.saw(end)
  expect(one.text()).toContain('data: {"type":"message_stop"}')
})

test('a client that hangs up in the middle stops the upstream, and the request settles once', async () => {
  const one = await ask()
  one.push(anthropicFrames[0] ?? '')
  await one.saw('message_start')
  one.hangUp()
  await until(() => one.settled.length > 0)
  expect(one.isStopped()).toBe(true)
  expect(one.attempt.stopped).toBe('client')
  expect(one.settled).toMatchObject([{ outcome: 'client_abort' }])
  expect(one.watched()).toBe(0)
})

test('a client that hangs up while its row is being written leaves the request complete', async () => {
  const one = await ask({ holdsRow: true })
  one.push(anthropicFrames.join(''))
  await one.saw('message_delta')
  one.hangUp()
  await until(() => one.isStopped())
  one.letSettle()
  await quiet()
  expect(one.settled).toMatchObject([{ outcome: 'complete' }])
  expect(one.watched()).toBe(0)
})

test('a body that has no place for words of ours breaks off with the upstream: the client sees no end', async () => {
  const one = await ask({ observer: new ByteObserver(0) })
  one.push('RIFF and more')
  await one.saw('RIFF and more')
  one.reset()
  await until(one.isClosed)
  expect(one.text()).not.toContain(end)
  expect(one.settled).toMatchObject([{ outcome: 'upstream_reset' }])
})
