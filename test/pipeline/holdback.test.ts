import { describe, expect, test } from 'bun:test'
import { AppError } from '../../src/neutral/error.ts'
import type { NeutralRequest } from '../../src/neutral/request.ts'
import { openHoldback, type Holdback, type Verdict } from '../../src/pipeline/holdback.ts'
import { judgeWhole } from '../../src/pipeline/holdback-whole.ts'
import { reasonsOf } from '../../src/rules/cascade.ts'
import { openJudge, type Judge } from '../../src/rules/evidence.ts'
import { anthropicReply, chatReply, geminiReply, responsesReply } from '../support/replies.ts'
import { speakers, type Speaker } from './holdback-streams.ts'
import { neutralRequest } from '../support/neutral-request.ts'

const asked: NeutralRequest = neutralRequest({
  tools: [{ type: 'function', name: 'look', description: null, schema: null, isStrict: null }],
  maxOutputTokens: 4096,
  isStream: true,
})

const judge = openJudge(asked, reasonsOf(['evidence', 'error']))
const signer = { provider: 'acme', id: 'r1' }

interface Watched {
  readonly verdict: Verdict
  /** How many of the bytes had come. */
  readonly after: number
  readonly held: Buffer
  readonly holdback: Holdback
}

/** Plays pieces until the verdict, and the end of the stream after the last. */
function play(form: Speaker['form'], pieces: readonly Uint8Array[], chars = 20, by: Judge = judge): Watched {
  const holdback = openHoldback({ chars, form, signer, judge: by })
  let after = 0
  let verdict: Verdict = { kind: 'undecided' }
  for (const piece of pieces) {
    verdict = holdback.see(piece)
    after += piece.length
    if (verdict.kind !== 'undecided') break
  }
  if (verdict.kind === 'undecided') verdict = holdback.end()
  return { verdict, after, held: Buffer.concat(holdback.held()), holdback }
}

const bytesOf = (text: string): Uint8Array[] => [...Buffer.from(text)].map((byte) => Uint8Array.of(byte))

/** The verdict on a stream, which is the same however its bytes are cut, and gives them all back. */
function verdictOn(form: Speaker['form'], frames: readonly string[], chars = 20, by: Judge = judge): Verdict {
  const bytes = Buffer.from(frames.join(''))
  const whole = play(form, [bytes], chars, by)
  expect(whole.held).toEqual(bytes)
  const single = play(
    form,
    [...bytes].map((byte) => Uint8Array.of(byte)),
    chars,
    by,
  )
  expect(single.verdict).toEqual(whole.verdict)
  expect(single.held).toEqual(bytes.subarray(0, single.after))
  for (let at = 1; at < bytes.length; at += 3) {
    const halves = play(form, [bytes.subarray(0, at), bytes.subarray(at)], chars, by)
    expect(halves.verdict).toEqual(whole.verdict)
    expect(halves.held.equals(bytes.subarray(0, halves.after))).toBe(true)
  }
  return whole.verdict
}

const reasonOf = (verdict: Verdict): string =>
  verdict.kind === 'escalate'
    ? verdict.finding.reason
    : verdict.kind === 'pass'
      ? `pass: ${verdict.after}`
      : 'undecided'

describe.each(speakers.map((speaker) => [speaker.form, speaker] as const))('%s: a stream', (form, speaker) => {
  const { text, call, end, error, reasons } = speaker

  test('passes once so many characters have come, and not one frame before', () => {
    const frames = text('Ten chars.', 'Ten more ☃', 'and so on.')
    expect(verdictOn(form, frames)).toEqual({ kind: 'pass', after: 'text' })
    const upToSecond = frames.slice(0, frames.findIndex((frame) => frame.includes('☃')) + 1).join('')
    expect(play(form, bytesOf(frames.join(''))).held.toString()).toBe(upToSecond)
  })

  test('that never reaches the limit passes at its end', () => {
    expect(reasonOf(verdictOn(form, [...text('Short.'), ...end(reasons.stop)]))).toBe('pass: end')
  })

  test('that begins with a refusal is not passed on', () => {
    expect(reasonOf(verdictOn(form, text("I can't assist ", 'with that request.')))).toBe('refusal')
    expect(reasonOf(verdictOn(form, [...text("I can't assist."), ...end(reasons.stop)]))).toBe('refusal')
  })

  test('that ends without a word is not passed on', () => {
    expect(reasonOf(verdictOn(form, [...text(), ...end(reasons.stop)]))).toBe('empty')
  })

  test('that the limit cuts short is not passed on', () => {
    expect(reasonOf(verdictOn(form, [...text('Short.'), ...end(reasons.length)]))).toBe('cut-off')
  })

  test('with a tool call is judged by it, and waits for it to be whole', () => {
    const good = [...text('Let me look.'), ...call('look')]
    expect(reasonOf(verdictOn(form, [...good, ...end(reasons.calls)]))).toBe('pass: end')
    const bad = [...text('Let me look.'), ...call('find')]
    expect(reasonOf(verdictOn(form, [...bad, ...end(reasons.calls)]))).toBe('invalid-tool-call')
    const holdback = openHoldback({ chars: 20, form, signer, judge })
    expect(holdback.see(Buffer.from(bad.join('')))).toEqual({ kind: 'undecided' })
  })

  test('with an error of the provider, or broken off, is one that failed', () => {
    expect(reasonOf(verdictOn(form, [error]))).toBe('error')
    expect(reasonOf(verdictOn(form, [...text('Short.'), error]))).toBe('error')
    expect(reasonOf(verdictOn(form, text('Short.')))).toBe('error')
    const holdback = openHoldback({ chars: 20, form, signer, judge })
    holdback.see(Buffer.from(text('Short.').join('')))
    expect(holdback.fail(new AppError('timed-out', 'acme fell silent.'))).toEqual({
      kind: 'escalate',
      finding: { reason: 'error', why: 'The answer broke off (timed-out).' },
    })
  })

  test('goes on as it came where failure is no reason', () => {
    const onlyEvidence = openJudge(asked, reasonsOf('evidence'))
    expect(verdictOn(form, [...text('Short.'), error], 20, onlyEvidence)).toEqual({ kind: 'pass', after: 'error' })
    expect(verdictOn(form, text('Short.'), 20, onlyEvidence)).toEqual({ kind: 'pass', after: 'error' })
  })

  test('that has passed is not judged by what comes behind', () => {
    expect(reasonOf(verdictOn(form, [...text('Twenty characters it has.'), error]))).toBe('pass: text')
  })

  test('says what it cost when it is given up', () => {
    const { holdback } = play(form, [Buffer.from([...text("I can't assist."), ...end(reasons.stop)].join(''))])
    expect(holdback.facts().usage).toMatchObject({ inputTokens: 9, outputTokens: 7 })
    expect(holdback.countText()).toBe(15)
  })
})

describe('a stream of one dialect', () => {
  test('Anthropic: two calls at once are judged when the second begins', () => {
    const [anthropic] = speakers
    const calls = [...(anthropic?.text() ?? []), ...(anthropic?.call('look') ?? [])]
    const next = `event: content_block_start\ndata: {"type":"content_block_start","index":2,"content_block":{"type":"tool_use","id":"t2","name":"find","input":{}}}\n\n`
    expect(reasonOf(play('anthropic', [Buffer.from(calls.join('') + next)]).verdict)).toBe('pass: call')
  })

  test('Anthropic: one that says why it stopped is whole without its last frame', () => {
    const frames = [...(speakers[0]?.text('Short.') ?? []), ...(speakers[0]?.end('end_turn') ?? [])].slice(0, -1)
    expect(reasonOf(verdictOn('anthropic', frames))).toBe('pass: end')
  })

  test('Chat Completions: a call that the limit cut in two is cut off, not invalid', () => {
    const cut =
      'data: {"id":"c1","choices":[{"index":0,"delta":{"tool_calls":[{"index":0,"id":"x","function":{"name":"look","arguments":"{\\"a"}}]},"finish_reason":null}]}\n\n'
    const end = speakers[1]?.end('length') ?? []
    expect(reasonOf(verdictOn('openai-chat', [cut, ...end]))).toBe('cut-off')
  })

  test('thoughts are held and not counted, until they are more than is held of any stream', () => {
    const thought = `event: content_block_delta\ndata: ${JSON.stringify({ type: 'content_block_delta', index: 0, delta: { type: 'thinking_delta', thinking: "I can't assist with that. ".repeat(400) } })}\n\n`
    const holdback = openHoldback({ chars: 20, form: 'anthropic', signer, judge })
    let held = 0
    while (held + thought.length <= 1024 * 1024) {
      expect(holdback.see(Buffer.from(thought))).toEqual({ kind: 'undecided' })
      held += thought.length
    }
    expect(holdback.see(Buffer.from(thought))).toEqual({ kind: 'pass', after: 'size' })
    expect(Buffer.concat(holdback.held()).length).toBe(held + thought.length)
  })

  test('comments and pings are held with the rest and decide nothing', () => {
    const signs = ': keep-alive\n\nevent: ping\ndata: {"type":"ping"}\n\n'
    const frames = [signs, ...(speakers[0]?.text('Short.') ?? []), signs, ...(speakers[0]?.end('end_turn') ?? [])]
    expect(reasonOf(verdictOn('anthropic', frames))).toBe('pass: end')
  })

  test('with holdbackChars 0 the first event passes it', () => {
    expect(reasonOf(verdictOn('anthropic', speakers[0]?.text("I can't assist.") ?? [], 0))).toBe('pass: text')
  })
})

describe('an answer that came whole', () => {
  const whole = (body: unknown, form: Speaker['form']) =>
    judgeWhole(Buffer.from(typeof body === 'string' ? body : JSON.stringify(body)), form, signer, judge)?.reason ?? null

  test.each([
    ['anthropic', anthropicReply, { ...anthropicReply, content: [] }],
    [
      'openai-chat',
      chatReply,
      { ...chatReply, choices: [{ index: 0, message: { role: 'assistant', content: '' }, finish_reason: 'stop' }] },
    ],
    ['openai-responses', responsesReply, { ...responsesReply, output: [] }],
    [
      'gemini',
      geminiReply,
      { ...geminiReply, candidates: [{ content: { role: 'model', parts: [] }, finishReason: 'STOP' }] },
    ],
  ] as const)('%s: is judged to its end', (form, good, bad) => {
    expect(whole(good, form)).toBeNull()
    expect(whole(bad, form)).toBe('empty')
  })

  test("is judged where Gemini's stream is one array", () => {
    const blocked = { candidates: [{ content: { role: 'model', parts: [] }, finishReason: 'SAFETY' }] }
    expect(whole([{ ...geminiReply }], 'gemini')).toBeNull()
    expect(whole([blocked], 'gemini')).toBe('refusal')
    expect(whole([{ error: { code: 503, message: 'x', status: 'UNAVAILABLE' } }], 'gemini')).toBe('error')
    expect(whole([], 'gemini')).toBe('error')
  })

  test('has failed where it is an error or no JSON', () => {
    expect(whole({ type: 'error', error: { type: 'overloaded_error', message: 'x' } }, 'anthropic')).toBe('error')
    expect(whole('<html>', 'openai-chat')).toBe('error')
  })
})
