/** Damaged values: the request's reader refuses by name or reads on, all others never throw. */
import { expect, test } from 'bun:test'
import { AppError } from '../../../src/neutral/error.ts'
import { eventsOf } from '../../../src/neutral/event.ts'
import { parseJson } from '../../../src/wire/fields.ts'
import { openAiResponsesTranslator as translator } from '../../../src/wire/openai-responses/translator.ts'
import { areRecordingsHere, payloads, recorded, recordedFiles } from '../recorded.ts'
import { officialRequests, oddRequests } from './requests.ts'
import { signer, stamp, target, url } from './support.ts'

/** The same numbers every time. */
function* numbersFrom(seed: number): Generator<number> {
  let state = seed
  for (;;) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    yield state / 2 ** 32
  }
}

const replacements: readonly unknown[] = [null, 0, -1, 1e308, '', 'x', true, [], {}, [null], { type: 'message' }, [[]]]

/** A copy with some values replaced by others that don't belong there. */
function damaged(value: unknown, random: Generator<number>): unknown {
  const dice = () => random.next().value as number
  if (dice() < 0.04) return replacements[Math.floor(dice() * replacements.length)]
  if (Array.isArray(value)) return value.map((entry) => damaged(entry, random))
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value).flatMap(([name, entry]) => (dice() < 0.03 ? [] : [[name, damaged(entry, random)]])),
  )
}

test('damaged requests are read and written, or refused by name', () => {
  const random = numbersFrom(1)
  for (let round = 0; round < 60; round++) {
    for (const body of [...Object.values(officialRequests), ...Object.values(oddRequests)]) {
      const wrong = damaged(body, random)
      try {
        const request = translator.readRequest(wrong, url)
        const { model } = Object(wrong) as { model?: unknown }
        const to = typeof model === 'string' ? model : ''
        expect(translator.writeRequest(request, { ...target, model: to }).body).toEqual(wrong as object)
        translator.writeRequest(request, target)
        translator.writeReply(
          { id: null, model: null, parts: [], finish: { kind: 'stop' }, usage: null },
          request,
          stamp,
        )
      } catch (fault) {
        if (!(fault instanceof AppError)) throw fault
      }
    }
  }
})

test.skipIf(!areRecordingsHere)('damaged replies and streams never throw', () => {
  const random = numbersFrom(2)
  const asked = translator.readRequest({ input: '' }, url)
  for (const path of recordedFiles('azure', 'openai-responses', 'xai-responses')) {
    const reader = translator.readEvents(signer)
    const writer = translator.writeEvents(asked, stamp)
    const frames = path.endsWith('.json') ? [recorded(path)] : payloads(path)
    for (const data of frames) {
      const wrong = damaged(parseJson(data), random)
      for (const event of reader.read('', JSON.stringify(wrong))) writer.write(event)
      reader.read('', data.slice(0, data.length * (random.next().value as number)))
      const reply = translator.readReply(path.endsWith('.json') ? wrong : Object(wrong).response, signer)
      translator.writeReply(reply, asked, stamp)
      for (const event of eventsOf(reply)) writer.write(event)
      translator.readError(400, wrong)
    }
    for (const event of reader.end()) writer.write(event)
  }
})
