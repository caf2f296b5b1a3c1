import { describe, expect, test } from 'bun:test'
import { eventsOf, gather, type StreamEvent } from '../../../src/neutral/event.ts'
import type { Part } from '../../../src/neutral/message.ts'
import type { NeutralReply } from '../../../src/neutral/reply.ts'
import { openAiResponses } from '../../../src/wire/openai-responses/index.ts'
import { openAiResponsesTranslator as translator } from '../../../src/wire/openai-responses/translator.ts'
import { asList, asRecord, parseJson } from '../../../src/wire/fields.ts'
import { areRecordingsHere, framesIn, payloads, playRecorded, recordedFiles, recordedJson } from '../recorded.ts'
import { signer, stamp, url } from './support.ts'

const folders = ['azure', 'openai-responses', 'xai-responses']

const eventsIn = (frames: readonly string[]): StreamEvent[] => {
  const reader = translator.readEvents(signer)
  return [...frames.flatMap((data) => reader.read('', data)), ...reader.end()]
}

const files = areRecordingsHere ? recordedFiles(...folders) : []
const streams = files.filter((path) => path.endsWith('.chunks.txt'))
const wholes = files.filter((path) => path.endsWith('.json'))

/** The whole responses that a stream's last frames hold. */
const endsOf = (path: string): unknown[] =>
  payloads(path).flatMap((data) => {
    const frame = asRecord(parseJson(data))
    return frame?.['type'] === 'response.completed' ? [frame['response']] : []
  })

/** Ids, and what only the provider can read, which some servers make anew for every frame. */
const withoutSecrets = (reply: NeutralReply | null): unknown =>
  JSON.parse(JSON.stringify(reply, (name, value: unknown) => (secrets.has(name) ? '' : value)))
const secrets: ReadonlySet<string> = new Set(['id', 'item.id', 'encrypted_content', 'fingerprint'])

/** The deltas of its text lack a blank that its last frame has. */
const garbled = 'openai-responses/openai-shell-container.1.chunks.txt'

describe.skipIf(!areRecordingsHere)('a recorded stream', () => {
  const joined = streams.filter((path) => endsOf(path).length > 1)
  const single = streams.filter((path) => endsOf(path).length === 1 && path !== garbled)

  test.each(single)('%s amounts to what its last frame says', (path) => {
    const [response] = endsOf(path)
    const gathered = gather(eventsIn(payloads(path)))
    expect(withoutSecrets(gathered)).toEqual(withoutSecrets(translator.readReply(response, signer)))
    expect(gathered?.parts.length).toBeGreaterThan(0)
  })

  test.each(joined)('%s holds the parts of all its responses', (path) => {
    const parts = endsOf(path).flatMap((response) => translator.readReply(response, signer).parts)
    const gathered = gather(eventsIn(payloads(path)))
    expect(withoutSecrets({ ...empty, parts: gathered?.parts ?? [] })).toEqual(withoutSecrets({ ...empty, parts }))
  })

  test.each(streams)('%s has the usage that is booked', (path) => {
    const { usage } = playRecorded(openAiResponses, path).facts
    expect(gather(eventsIn(payloads(path)))?.usage ?? null).toEqual(usage)
  })

  test.each(streams)('%s is well-formed', (path) => expectWellFormed(eventsIn(payloads(path))))

  test('whose last frame is broken has no end', () => {
    const events = eventsIn(payloads('openai-responses/parallel-tool-call-wrapper.1.chunks.txt'))
    expect(events.map(({ type }) => type)).toEqual(['message-start', 'part-start', 'part-delta', 'part-end'])
  })

  test.each([...single, garbled])('%s, written again, reads the same', (path) => {
    const [response] = endsOf(path)
    const reply = uncarried(translator.readReply(response, signer))
    const asked = translator.readRequest({ input: '' }, url)
    const writer = translator.writeEvents(asked, stamp)
    const frames = [...eventsOf(reply)].map((event) => writer.write(event)).join('')
    const again = eventsIn(framesIn(frames).map(({ data }) => data))
    expectWellFormed(again)
    expect(withoutSecrets(uncarried(gather(again)))).toEqual(withoutSecrets(reply))
    expect([...writer.dropped]).toEqual([])
  })
})

const empty: NeutralReply = { id: null, model: null, parts: [], finish: { kind: 'stop' }, usage: null }

/** As another dialect's answer would be; its citations of files stay this dialect's. */
function uncarried(reply: NeutralReply | null): NeutralReply {
  const { carried: _, ...said } = reply ?? empty
  return { ...said, parts: said.parts.map(bare) }
}

function bare(part: Part): Part {
  if (part.type === 'foreign') return part
  const { carried: _, ...said } = part
  return said
}

function expectWellFormed(events: readonly StreamEvent[]): void {
  const open = new Set<number>()
  let next = 0
  for (const [place, event] of events.entries()) {
    expect(event.type === 'message-start').toBe(place === 0)
    if (event.type === 'part-start' || event.type === 'part') expect(event.index).toBe(next++)
    if (event.type === 'part-start') open.add(event.index)
    if (event.type === 'part-delta' || event.type === 'part-cited') expect(open.has(event.index)).toBe(true)
    if (event.type === 'part-end') expect(open.delete(event.index)).toBe(true)
    if (event.type === 'message-end') expect([open.size, place]).toEqual([0, events.length - 1])
  }
}

describe.skipIf(!areRecordingsHere)('a recorded reply', () => {
  const responses = wholes.filter((path) => asRecord(recordedJson(path))?.['object'] === 'response')

  test.each(responses)('%s comes out as it went in', (path) => {
    const body = asRecord(recordedJson(path)) ?? {}
    const asked = translator.readRequest({ ...body, input: [] }, url)
    const { body: written, dropped } = translator.writeReply(translator.readReply(body, signer), asked, stamp)
    expect(written).toMatchObject(body)
    expect(dropped).toEqual([])
  })

  test.each(responses)('%s has the usage that is booked, and a part for each of its items', (path) => {
    const body = asRecord(recordedJson(path)) ?? {}
    const reply = translator.readReply(body, signer)
    expect(reply.usage).toEqual(openAiResponses.readReply(body).usage)
    expect(reply.parts.length).toBeGreaterThanOrEqual(asList(body['output']).length)
  })

  test('that is an error is one, with its own sentence', () => {
    const error = translator.readError(400, recordedJson('openai-responses/reasoning-model-temperature-error.json'))
    expect([error.code, error.status]).toEqual(['invalid-request', 400])
    expect(error.message).toStartWith("Unsupported parameter: 'temperature' is not supported with this model.")
  })
})
