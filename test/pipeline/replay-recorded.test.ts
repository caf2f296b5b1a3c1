/** Recorded answers of every vendor: each that may be kept comes in both forms, saying the same. */
import { expect, test } from 'bun:test'
import type { DialectId } from '../../src/neutral/model.ts'
import type { NeutralReply } from '../../src/neutral/reply.ts'
import type { Kept } from '../../src/pipeline/cache-entry.ts'
import { replay, replyIn } from '../../src/pipeline/replay.ts'
import { replyVerdict } from '../../src/rules/cacheable.ts'
import { areRecordingsHere, payloads, recorded, recordedFiles } from '../wire/recorded.ts'
import { asking, kept } from './cache-kept.ts'

const signer = { provider: 'acme', id: '01900000-0000-7000-8000-000000000001' }

const folders: readonly (readonly [folder: string, dialect: DialectId])[] = [
  ['anthropic', 'anthropic'],
  ['deepseek-chat', 'openai-chat'],
  ['groq', 'openai-chat'],
  ['mistral', 'openai-chat'],
  ['openai-chat', 'openai-chat'],
  ['perplexity', 'openai-chat'],
  ['xai', 'openai-chat'],
  ['openai-responses', 'openai-responses'],
  ['xai-responses', 'openai-responses'],
  ['azure', 'openai-responses'],
  ['google', 'gemini'],
]

function keptOf(file: string, dialect: DialectId): Kept {
  if (file.endsWith('.json')) return kept({ body: Buffer.from(recorded(file)) })
  const frames = payloads(file).map((data) => {
    const type = /"type": ?"([a-z_.]+)"/.exec(data)?.[1]
    return `${dialect === 'openai-chat' || type === undefined ? '' : `event: ${type}\n`}data: ${data}\n\n`
  })
  const last = dialect === 'openai-chat' ? ['data: [DONE]\n\n'] : []
  return kept({ form: 'sse', asksUsage: true, body: Buffer.from([...frames, ...last].join('')) })
}

const textsOf = (reply: NeutralReply | null) => reply?.parts.map((part) => ('text' in part ? part.text : part.type))

test.if(areRecordingsHere)('each that may be kept says the same in the other form', () => {
  const refused: string[] = []
  let given = 0
  for (const [folder, dialect] of folders) {
    for (const file of recordedFiles(folder)) {
      const entry = keptOf(file, dialect)
      const said = replyIn(entry, dialect, signer)
      if (said === null || !replyVerdict(said, []).isCacheable) continue
      const isStream = entry.form === 'json'
      const again = replay(asking(dialect, { isStream }), entry)
      if (again === null) {
        refused.push(file)
        continue
      }
      given++
      const back = replyIn({ form: isStream ? 'sse' : 'json', body: again.body }, dialect, signer)
      expect({ file, text: textsOf(back), finish: back?.finish }).toEqual({
        file,
        text: textsOf(said),
        finish: said.finish,
      })
    }
  }
  // In a stream the Responses API's writer names encrypted reasoning anew, which its model would not take back.
  expect(refused).toEqual([
    'openai-responses/openai-reasoning-encrypted-content.1.json',
    'azure/azure-reasoning-encrypted-content.1.json',
  ])
  expect(given).toBeGreaterThan(20)
})
