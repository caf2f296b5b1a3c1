/** Streams as providers send them, as bytes, and how they pass through an exchange. */
import { eventsOf } from '../../../src/neutral/event.ts'
import type { DialectId } from '../../../src/neutral/model.ts'
import type { NeutralReply } from '../../../src/neutral/reply.ts'
import { noUsage } from '../../../src/neutral/usage.ts'
import { FrameCutter, framesOf, readFrame } from '../../../src/wire/sse.ts'
import type { Exchange } from '../../../src/wire/translate.ts'
import { translators } from '../../../src/wire/translators.ts'
import { plainBody, read, signerOf, stamp } from './sides.ts'

const answer: NeutralReply = {
  id: 'id-1',
  model: 'a-model',
  parts: [
    { type: 'reasoning', text: 'Hm, 雨?' },
    { type: 'text', text: 'Grüße ☃, \u{1F600}.\nZwei' },
    { type: 'tool-call', id: 'call_1', name: 'look', arguments: { text: '{"at":"Zürich"}' }, kind: 'function' },
  ],
  finish: { kind: 'tool-calls' },
  usage: { ...noUsage, inputTokens: 10, cacheReadTokens: 5, outputTokens: 7 },
}

/** The stream of a provider of this dialect, with LF line ends. */
export function providerStream(dialect: DialectId): string {
  const asked = read(dialect, {
    ...plainBody[dialect],
    ...(dialect === 'openai-chat' ? { stream: true, stream_options: { include_usage: true } } : {}),
  })
  const writer = translators[dialect].writeEvents(asked, stamp)
  let text = ''
  for (const event of eventsOf(answer)) text += writer.write(event)
  return text
}

/** All that the client gets when the provider's bytes come in these chunks. */
export function fed(there: Exchange, from: DialectId, chunks: Iterable<Uint8Array>): string {
  const cutter = new FrameCutter()
  const stream = there.stream(stamp, signerOf(from))
  let out = ''
  const pass = (block: Uint8Array | null) => {
    if (block === null) return
    for (const bytes of framesOf(block)) {
      const { event, data } = readFrame(bytes)
      if (data === '') continue
      const { frames, last } = stream.read(event, data)
      out += frames + last
    }
  }
  for (const chunk of chunks) pass(cutter.push(chunk))
  pass(cutter.rest())
  const { frames, last } = stream.end()
  return out + frames + last
}
