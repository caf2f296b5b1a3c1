/**
 * Requests that somebody brings as lines of JSON, to be replayed: whole ones with their address (`{"endpoint", "headers", "body"}`),
 * read by their dialects, or rows as `logs --json` prints them. Whole ones were never sent: their tokens are estimated.
 */
import type { Config } from '../config/schema.ts'
import { isJsonObject, type JsonObject } from '../config/setting-path.ts'
import { AppError } from '../neutral/error.ts'
import type { Billing, DialectId, Endpoint, TaskType } from '../neutral/model.ts'
import type { RecordedFacts } from '../neutral/record.ts'
import type { PastRequest } from '../neutral/simulation.ts'
import { estimateTokens } from '../neutral/token-estimate.ts'
import { noUsage, standardTerms } from '../neutral/usage.ts'
import { addressOf } from '../pipeline/endpoint.ts'
import { identify, readTags } from '../pipeline/identify.ts'
import { isAnswer } from '../pipeline/ways.ts'
import { readAutomated } from '../rules/automated.ts'
import { classify } from '../rules/classify.ts'
import { assumedOutputTokens as expectedOutputTokens } from '../rules/estimates-habits.ts'
import type { Catalog } from '../providers/provider.ts'
import { matchesMount } from '../providers/resolve.ts'
import type { RequestFacts } from '../wire/dialect.ts'
import { dialects } from '../wire/dialects.ts'
import { readShape } from '../wire/shapes.ts'
import { translators } from '../wire/translators.ts'

export interface FileParts {
  readonly catalog: Catalog
  readonly complexity: Config['routing']['complexity']
  /** Unix ms, for requests without a time of their own. */
  readonly nowMs: number
}

/** @throws AppError `invalid-request` that names the line. */
export function readRequests(
  text: string,
  parts: FileParts,
): { readonly requests: readonly PastRequest[]; readonly skipped: number } {
  const lines = text.split('\n').flatMap((line, index) => (line.trim() === '' ? [] : [{ line, number: index + 1 }]))
  const read = lines.map(({ line, number }) => readLine(line, number, parts))
  const requests = read.filter((one) => one !== null)
  return { requests: requests.toSorted((a, b) => a.startedMs - b.startedMs), skipped: read.length - requests.length }
}

/** @returns null where no model was asked for an answer, or none was billed. */
function readLine(line: string, number: number, parts: FileParts): PastRequest | null {
  try {
    const value = readObject(line)
    if (isJsonObject(value['body'])) return readWhole(value, value['body'], `line ${number}`, parts)
    if (value['requestedModel'] !== undefined) return readRun(value, parts)
    throw bad('It has neither a "body" with its "endpoint" nor the fields that "logs --json" prints.')
  } catch (fault) {
    if (!(fault instanceof AppError)) throw fault
    throw new AppError('invalid-request', `Line ${number}: ${fault.message}`, { cause: fault })
  }
}

function readObject(line: string): JsonObject {
  try {
    const value: unknown = JSON.parse(line)
    if (isJsonObject(value)) return value
  } catch (cause) {
    throw new AppError('invalid-request', 'It is no JSON.', { cause })
  }
  throw bad('It is no JSON object.')
}

const bad = (sentence: string): AppError => new AppError('invalid-request', sentence)

/** Where the request sets no limit: what a longish answer takes. */
const assumedOutputTokens = 1000

function readWhole(line: JsonObject, body: JsonObject, name: string, parts: FileParts): PastRequest | null {
  const path = textOf(line['endpoint'])
  if (path === null) throw bad('It has no "endpoint" such as /v1/messages.')
  const headers = new Headers(isJsonObject(line['headers']) ? (line['headers'] as Record<string, string>) : {})
  const mounted = matchesMount(path, parts.catalog)
  const mountDialect = mounted === null ? null : (parts.catalog.get(mounted.provider)?.dialect ?? null)
  const address = addressOf(mounted?.rest ?? path, 'POST', headers, mountDialect)
  if (address === null || !isAnswer(address.endpoint)) return null
  const { dialect, endpoint } = address
  const facts = dialects[dialect].readRequest(body)
  const asked = address.urlModel ?? facts.model
  if (asked === null) throw bad('It names no model.')
  const tags = readTags(headers.get('x-relayplane-tags'))
  const { session, agent } = identify(headers, facts)
  return {
    id: textOf(line['id']) ?? name,
    startedMs: numberOf(line['startedMs']) ?? parts.nowMs,
    endpoint,
    mount: mounted?.provider ?? null,
    dialect,
    asked,
    isHeaderChosen: false,
    served: null,
    billing: 'metered',
    terms: facts.terms,
    costNanoUsd: null,
    session: session?.id ?? null,
    agent: agent?.name ?? null,
    tags: typeof tags === 'string' ? null : tags,
    ...lookedAt(dialect, body, asked, facts, headers, parts),
  }
}

type LookedAt = Pick<PastRequest, 'usage' | 'task' | 'score' | 'isAutomated' | 'facts'>

/** What is told from its words, as while routing. */
function lookedAt(
  dialect: DialectId,
  body: JsonObject,
  model: string,
  facts: RequestFacts,
  headers: Headers,
  { complexity: settings }: FileParts,
): LookedAt {
  const { toolCount, maxOutputTokens, messageCount, isStream } = facts
  const inputTokens = Math.round(estimateTokens(translators[dialect].readRequest(body, { model, isStream })))
  const outputTokens = Math.min(maxOutputTokens ?? assumedOutputTokens, assumedOutputTokens)
  const expected = { inputTokens, outputTokens: Math.min(maxOutputTokens ?? Infinity, expectedOutputTokens) }
  const shape = readShape(dialect, body)
  const requestClass = headers.get('x-claude-code-request-class')
  const { system } = facts.opening
  const found = classify(
    { system, shape, toolCount, maxOutputTokens, requestClass, isCompaction: false, inputTokens },
    expected.outputTokens,
    settings,
  )
  const sideCall = found.sideCall?.kind ?? null
  return {
    usage: { ...noUsage, inputTokens, outputTokens },
    task: found.task,
    score: found.complexity.score,
    isAutomated: readAutomated(headers.get('x-relayplane-automated')) ?? sideCall !== null,
    facts: {
      tools: toolCount,
      messages: messageCount,
      images: shape.media.has('image'),
      toolTurn: shape.isToolTurn,
      sideCall,
      maxOutputTokens,
      expected,
    },
  }
}

function readRun(run: JsonObject, { catalog, nowMs }: FileParts): PastRequest | null {
  const [asked, provider] = [textOf(run['requestedModel']), textOf(run['provider'])]
  const [inputTokens, endpoint] = [numberOf(run['inputTokens']), textOf(run['endpoint']) as Endpoint | null]
  if (asked === null || provider === null || inputTokens === null || endpoint === null) return null
  if (!isAnswer(endpoint) || run['cache'] === 'hit') return null
  const complexity = isJsonObject(run['complexity']) ? run['complexity'] : {}
  const path = textOf(run['path'])
  return {
    id: textOf(run['id']) ?? '',
    startedMs: numberOf(run['startedMs']) ?? nowMs,
    endpoint,
    mount: path === null ? null : (matchesMount(path, catalog)?.provider ?? null),
    dialect: (textOf(run['dialect']) ?? 'openai-chat') as DialectId,
    asked,
    isHeaderChosen: run['route'] === 'header',
    served: { provider, model: textOf(run['routedModel']) ?? asked },
    billing: (textOf(run['billing']) ?? 'metered') as Billing,
    usage: {
      ...noUsage,
      inputTokens,
      cacheReadTokens: numberOf(run['cacheReadTokens']) ?? 0,
      cacheWrite5mTokens: numberOf(run['cacheWrite5mTokens']) ?? 0,
      cacheWrite1hTokens: numberOf(run['cacheWrite1hTokens']) ?? 0,
      outputTokens: numberOf(run['outputTokens']) ?? 0,
      reasoningTokens: numberOf(run['reasoningTokens']) ?? 0,
    },
    terms: standardTerms,
    costNanoUsd: numberOf(run['costNanoUsd']),
    session: textOf(run['sessionId']),
    agent: textOf(run['agent']),
    tags: isJsonObject(run['tags']) ? (run['tags'] as Record<string, string>) : null,
    task: textOf(run['taskType']) as TaskType | null,
    score: numberOf(complexity['score']),
    isAutomated: run['automated'] === true,
    facts: isJsonObject(run['facts']) ? (run['facts'] as unknown as RecordedFacts) : null,
  }
}

const textOf = (value: unknown): string | null => (typeof value === 'string' ? value : null)
const numberOf = (value: unknown): number | null => (typeof value === 'number' && Number.isFinite(value) ? value : null)
