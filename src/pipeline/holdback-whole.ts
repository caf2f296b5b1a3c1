/** Judges an answer that has come whole, by the bytes of its body: a JSON object, or Gemini's array of what a stream would bring. */
import { gather, type StreamEvent } from '../neutral/event.ts'
import type { FormId } from '../neutral/model.ts'
import type { Finding, Judge } from '../rules/evidence.ts'
import { asRecord, parseJsonExactly } from '../wire/fields.ts'
import type { Signer } from '../wire/translator.ts'
import { answerReaders, upstreamTranslators } from '../wire/translators.ts'

/** @param form The wire format that the provider answered in. */
export function judgeWhole(bytes: Uint8Array, form: FormId, signer: Signer, judge: Judge): Finding | null {
  const value = parseJsonExactly(new TextDecoder().decode(bytes))
  if (Array.isArray(value)) return judgeArray(value, form, signer, judge)
  if (asRecord(value) === null) return judge.error('The answer is no JSON object.')
  const { errorCode } = answerReaders[form].readReply(value)
  if (errorCode !== null) return judge.error(`The provider answered with an error (${errorCode}).`)
  return judge.answer(upstreamTranslators[form].readReply(value, signer), true)
}

function judgeArray(items: readonly unknown[], form: FormId, signer: Signer, judge: Judge): Finding | null {
  const reader = upstreamTranslators[form].readEvents(signer)
  const events: StreamEvent[] = items.flatMap((item) => [...reader.read('', JSON.stringify(item))])
  events.push(...reader.end())
  const failed = events.find((event) => event.type === 'error')
  if (failed !== undefined) return judge.error(`The provider ended its stream with an error (${failed.error.code}).`)
  const reply = gather(events)
  return reply === null ? judge.error('The provider ended its answer before it was whole.') : judge.answer(reply, true)
}
