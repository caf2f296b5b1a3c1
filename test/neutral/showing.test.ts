import { describe, expect, test } from 'bun:test'
import type { AttemptRecord, RequestRecord } from '../../src/neutral/record.ts'
import { endOf, showingsOf } from '../../src/neutral/showing.ts'
import { earlierAttempt, finished } from '../support/records.ts'

const tried = (over: Partial<Parameters<typeof endOf>[0]> = {}) =>
  endOf({
    provider: 'openai',
    model: 'gpt-5.5',
    status: 200,
    outcome: 'complete',
    errorCode: null,
    finishReason: 'stop',
    ...over,
  })

describe('an attempt shows', () => {
  test('an answer, where one came whole', () => {
    expect(tried()).toBe('answer')
  })

  test('a failure of the provider or the network', () => {
    expect(tried({ status: 500, outcome: 'failed' })).toBe('error')
    expect(tried({ status: 529, outcome: 'failed', errorCode: 'overloaded_error' })).toBe('error')
    expect(tried({ status: null, outcome: 'upstream_reset' })).toBe('error')
    expect(tried({ outcome: 'timeout' })).toBe('error')
    // Inside the stream.
    expect(tried({ outcome: 'failed', errorCode: 'overloaded_error' })).toBe('error')
  })

  test('a refusal, in the words of each dialect', () => {
    for (const finishReason of ['refusal', 'content_filter', 'SAFETY', 'guardrail_intervened'])
      expect([finishReason, tried({ finishReason })]).toEqual([finishReason, 'refusal'])
  })

  test('an answer that was given up for a better model', () => {
    expect(tried({ errorCode: 'escalated: empty', finishReason: null })).toBe('escalated')
    expect(tried({ errorCode: 'escalated: empty', outcome: 'failed', finishReason: null })).toBe('escalated')
    expect(tried({ errorCode: 'escalated: error', status: 503, outcome: 'failed' })).toBe('error')
  })

  test('nothing of the model, where the caller, the account or we ourselves ended it', () => {
    expect(tried({ outcome: 'client_abort' })).toBeNull()
    expect(tried({ outcome: 'refused', status: 429, errorCode: 'budget-exceeded' })).toBeNull()
    expect(tried({ outcome: 'failed', errorCode: 'budget-exceeded' })).toBeNull()
    expect(tried({ outcome: 'failed', status: null, errorCode: 'process-died' })).toBeNull()
    for (const status of [400, 401, 404, 413, 429]) expect(tried({ status, outcome: 'failed' })).toBeNull()
  })
})

describe('a request shows', () => {
  const attempt = (over: Partial<AttemptRecord> = {}): AttemptRecord =>
    earlierAttempt({
      number: 1,
      provider: 'anthropic',
      model: 'claude-haiku-4-5',
      startedMs: 1000,
      status: 200,
      outcome: 'complete',
      errorCode: null,
      firstByteMs: 10,
      durationMs: 300,
      usage: null,
      costNanoUsd: 1_000,
      ...over,
    })
  const shown = (over: Partial<RequestRecord>) =>
    showingsOf(finished({ id: 'r1', startedMs: 1000, taskType: 'tool_use', ...over })).map(
      ({ model, end, isRefusal, isUsable }) => [model, end, isRefusal, isUsable],
    )

  test('each model that it was sent to, and how the last one ended by the whole answer', () => {
    const attempts = [
      attempt({ errorCode: 'escalated: refusal' }),
      attempt({ number: 2, errorCode: 'escalated: invalid-tool-call', model: 'claude-sonnet-4-6' }),
      attempt({ number: 3, model: 'claude-opus-4-6' }),
    ]
    const facts = {
      tools: 3,
      messages: 1,
      images: false,
      toolTurn: false,
      sideCall: null,
      maxOutputTokens: null,
      isUsable: true,
    }
    expect(shown({ attempts, finishReason: 'tool_use', facts })).toEqual([
      ['claude-haiku-4-5', 'escalated', true, null],
      ['claude-sonnet-4-6', 'escalated', false, false],
      ['claude-opus-4-6', 'answer', false, true],
    ])
  })

  test('nothing, where it was answered from the cache', () => {
    expect(shown({ cache: 'hit', attempts: [attempt()] })).toEqual([])
  })
})
