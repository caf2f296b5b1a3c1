/** Calls, attempts and settlements for tests of what is made of them; every field can be set. */
import { HeaderTable } from '../../src/lib/header-table.ts'
import { noShape } from '../../src/neutral/shape.ts'
import { noUsage, standardTerms, type Usage } from '../../src/neutral/usage.ts'
import { Attempt, type Target } from '../../src/pipeline/attempt.ts'
import { Notes, type Call } from '../../src/pipeline/call.ts'
import type { Settlement } from '../../src/pipeline/settlement.ts'
import type { ReplyFacts } from '../../src/wire/dialect.ts'
import { noReplyFacts, noRequestFacts } from '../../src/wire/no-facts.ts'

/** 2 January 2026. */
export const startedMs = Date.UTC(2026, 0, 2)

export function call(over: Partial<Call> = {}): Call {
  return {
    id: '01900000-0000-7000-8000-000000000001',
    startedMs,
    startedAt: 1000,
    method: 'POST',
    path: '/v1/messages',
    search: '',
    headers: new HeaderTable(new Headers()),
    isGone: () => false,
    notes: new Notes(),
    endpoint: 'messages',
    dialect: 'anthropic',
    mount: null,
    rest: '/messages',
    methods: ['POST'],
    body: new Uint8Array(400),
    plainBody: new Uint8Array(400),
    facts: noRequestFacts,
    shape: () => noShape,
    requestedModel: 'claude-sonnet-4-5',
    isStream: false,
    identity: { session: null, agent: null },
    tags: null,
    refusal: null,
    ...over,
  }
}

export const attempt = (over: Partial<Target> = {}): Attempt =>
  new Attempt(
    { provider: 'anthropic', model: 'claude-sonnet-4-5', billing: 'metered', by: 'prefix', form: 'anthropic', ...over },
    [],
    startedMs + 1,
    1001,
    () => false,
  )

export const usage = (over: Partial<Usage>): Usage => ({ ...noUsage, ...over })

export const facts = (over: Partial<ReplyFacts>): ReplyFacts => ({ ...noReplyFacts, terms: standardTerms, ...over })

export function settlement(over: Partial<Settlement> = {}): Settlement {
  return {
    attempt: attempt(),
    outcome: 'complete',
    status: 200,
    error: null,
    facts: facts({ usage: usage({ inputTokens: 1000, outputTokens: 200 }), model: 'claude-sonnet-4-5-20250929' }),
    countText: () => 0,
    responseBytes: 500,
    firstByteAt: 1100.5,
    endedAt: 1250.25,
    upstreamStatus: 200,
    upstreamRequestId: 'req_1',
    dropped: [],
    estimatedTokens: null,
    ...over,
  }
}
