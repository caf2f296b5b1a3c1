/** Frames and answers made at random from the words of Converse, from a seed: what is wrong with how they were read. */
import type { StreamEvent } from '../../../src/neutral/event.ts'
import { converseFacts } from '../../../src/wire/converse/facts.ts'
import { converseTranslator } from '../../../src/wire/converse/translator.ts'

const names = `
  messageStart contentBlockStart contentBlockDelta contentBlockStop messageStop metadata throttlingException usage
  contentBlockIndex start delta text toolUse toolUseId name input reasoningContent reasoningText signature redactedContent
  citation citationsContent citations content output message stopReason inputTokens outputTokens cacheDetails ttl image source
`
  .trim()
  .split(/\s+/)

const leaves = [null, true, '', 'x', 'end_turn', 0, 1, 2, 7.5, -1, '{"a":', '1h']

function randomFrom(seed: number): (below: number) => number {
  let state = seed
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return Math.floor((state / 2 ** 32) * below)
  }
}

function value(random: (below: number) => number, depth: number): unknown {
  if (depth === 0 || random(5) === 0) return leaves[random(leaves.length)]
  const size = random(4)
  if (random(5) === 0) return Array.from({ length: size }, () => value(random, depth - 1))
  return Object.fromEntries(
    Array.from({ length: size + 1 }, () => [names[random(names.length)], value(random, depth - 1)]),
  )
}

/** @returns A sentence for each stream that was not well formed. */
export function readRandomFrames(count: number): readonly string[] {
  const random = randomFrom(20_261_122)
  const wrong: string[] = []
  for (let i = 0; i < count; i++) {
    const reader = converseTranslator.readEvents({ provider: 'bedrock', id: 'r' })
    const facts = converseFacts.readStream()
    const events: StreamEvent[] = []
    for (let frame = random(12); frame >= 0; frame--) {
      const name = names[random(8)] ?? ''
      const data = JSON.stringify(value(random, 4)) ?? ''
      events.push(...reader.read(name, data))
      facts.read(name, data)
      facts.countText(data)
    }
    events.push(...reader.end())
    const fault = faultIn(events)
    if (fault !== null) wrong.push(`stream ${i}: ${fault}`)
    const body = value(random, 6)
    converseTranslator.readReply(body, { provider: 'bedrock', id: 'r' })
    converseTranslator.readError(400, body)
    converseFacts.readReply(body)
  }
  return wrong
}

function faultIn(events: readonly StreamEvent[]): string | null {
  const open = new Set<number>()
  let next = 0
  for (const [at, event] of events.entries()) {
    if ((event.type === 'message-start') !== (at === 0) && event.type !== 'error') return `event ${at} is ${event.type}`
    if (event.type === 'part-start' || event.type === 'part') {
      if (event.index !== next++) return `part ${event.index} out of order`
      if (event.type === 'part-start') open.add(event.index)
    }
    if (event.type === 'part-end' && !open.delete(event.index)) return `part ${event.index} ended twice`
    if (event.type === 'part-delta' && !open.has(event.index)) return `part ${event.index} grew after its end`
    const isLast = event.type === 'message-end' || event.type === 'error'
    if (event.type === 'message-end' && open.size > 0) return 'a part is open at the end'
    if (isLast && at !== events.length - 1) return 'something follows the end'
  }
  return null
}
