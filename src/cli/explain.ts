/** `explain <id>`: one request from arrival to its last cent. */
import type { RunDetail } from '../control/shapes.ts'
import { agentNamesIn } from './agent-names.ts'
import { command, jsonArg } from './command.ts'
import { withFigures } from './figures.ts'
import { formatCount, formatDuration, formatTime, formatUsd } from './format.ts'
import type { Printer } from './print.ts'

export const explain = command({
  description: 'Show where one request went, why, how long it took and what it cost.',
  args: {
    id: {
      type: 'positional',
      required: true,
      description: 'Its id, or as much of the start as no other has (6 characters or more).',
    },
    json: jsonArg,
  },
  async run(args, invocation) {
    const [found, names] = await withFigures(invocation, async (figures) => [
      await figures.run(args.id),
      args.json ? null : await agentNamesIn(figures),
    ])
    if (names === null) invocation.print.json(found)
    else printDetail({ ...found, agent: names.get(found.agent ?? '') ?? found.agent }, invocation.print)
  },
})

type Fact = readonly [name: string, value: string | null]

function printDetail(run: RunDetail, print: Printer): void {
  print.line(print.bold(run.id))
  printFacts(factsOf(run), print)
  section('Tokens', print)
  printFacts(tokensOf(run), print)
  section('Cost', print)
  printCost(run, print)
  if (run.trace.length > 0) section('Decisions', print)
  for (const { stage, did, why } of run.trace) print.line(`  ${stage}: ${did}${why ? ` (${why})` : ''}`)
  if (run.attempts.length > 0) section('Attempts', print)
  for (const attempt of run.attempts) print.line(`  ${attemptLine(attempt)}`)
}

function section(title: string, print: Printer): void {
  print.line()
  print.line(print.bold(title))
}

function printFacts(facts: readonly Fact[], print: Printer): void {
  const known = facts.filter((fact): fact is readonly [string, string] => Boolean(fact[1]))
  const width = Math.max(0, ...known.map(([name]) => name.length))
  for (const [name, value] of known) print.line(`  ${name.padEnd(width)}  ${value}`)
}

const factsOf = (run: RunDetail): readonly Fact[] => [
  ['started', formatTime(run.startedMs)],
  ['request', `${run.method} ${run.path}${run.isStream ? ' (stream)' : ''}`],
  ['model', modelsOf(run)],
  ['provider', run.provider && `${run.provider}${run.billing ? ` (${run.billing})` : ''}`],
  ['translated', run.translatedTo && `${run.dialect} to ${run.translatedTo}`],
  ['left out', run.translatedTo && (run.dropped.join(', ') || 'nothing')],
  ['task', run.taskType],
  ['complexity', run.complexity && `${run.complexity.tier}, ${run.complexity.score} of 100`],
  ['side call', run.facts?.sideCall ?? null],
  ['automated', run.automated ? 'no person is taken to have asked' : null],
  ['route', run.route],
  ['baseline', baselineOf(run)],
  ['guard', run.guard],
  ['cache', cacheOf(run)],
  ['outcome', [run.outcome, run.status && `status ${run.status}`, run.finishReason].filter(Boolean).join(', ')],
  ['error', [run.errorCode, run.errorMessage].filter(Boolean).join(': ')],
  ['first byte', formatDuration(run.firstByteMs)],
  ['duration', formatDuration(run.durationMs)],
  ['bytes', `${formatCount(run.requestBytes)} in, ${formatCount(run.responseBytes)} out`],
  ['agent', from(run.agent, run.agentSource)],
  ['session', from(run.sessionId, run.sessionSource)],
  [
    'tags',
    Object.entries(run.tags)
      .map(([name, value]) => `${name}=${value}`)
      .join(', '),
  ],
  ['skipped', run.bypass.join(', ')],
  ['upstream id', run.upstreamRequestId],
]

const from = (value: string | null, source: string | null): string | null =>
  value && (source ? `${value} (from ${source})` : value)

/** What the model that is compared with would have cost, and what came of that; nothing where nothing was routed. */
function baselineOf({ route, baselineModel, baselineNanoUsd, costNanoUsd, automated }: RunDetail): string | null {
  if (baselineModel === null || route === null || route === 'passthrough') return null
  if (baselineNanoUsd === null || costNanoUsd === null) return `${baselineModel}, no price to compare`
  const saved = baselineNanoUsd - costNanoUsd
  const sum = `${formatUsd(baselineNanoUsd)} - ${formatUsd(costNanoUsd)} = ${formatUsd(saved)} saved`
  return `${baselineModel}, ${sum}${automated ? '; not counted, being automated' : ''}`
}

function cacheOf({ cache, savedNanoUsd }: RunDetail): string | null {
  return savedNanoUsd === null ? cache : `${cache}, ${formatUsd(savedNanoUsd)} saved`
}

/** Each name once: what was asked for, what was sent, what the reply called itself. */
function modelsOf({ requestedModel, routedModel, servedModel }: RunDetail): string {
  const sent = routedModel !== null && routedModel !== requestedModel ? `sent as ${routedModel}` : null
  const served =
    servedModel !== null && servedModel !== (routedModel ?? requestedModel) ? `answered by ${servedModel}` : null
  return [requestedModel, sent, served].filter(Boolean).join(', ')
}

const tokensOf = (run: RunDetail): readonly Fact[] => {
  if (run.inputTokens === null) return [['none', 'reported']]
  const counts: readonly (readonly [string, number | null])[] = [
    ['input, uncached', run.inputTokens],
    ['read from cache', run.cacheReadTokens],
    ['written to cache, 5 min', run.cacheWrite5mTokens],
    ['written to cache, 1 h', run.cacheWrite1hTokens],
    ['output', run.outputTokens],
    ['of it reasoning', run.reasoningTokens],
    ['of the input audio', run.audioInputTokens],
    ['of the cached audio', run.cacheReadAudioTokens],
    ['of the output audio', run.audioOutputTokens],
    ['of the output images', run.imageOutputTokens],
    ['web searches', run.webSearches],
  ]
  return counts.map(([name, count]) => [name, count ? formatCount(count) : null])
}

function printCost(run: RunDetail, print: Printer): void {
  for (const { kind, quantity, nanoUsdPerMillion, nanoUsd } of run.costLines) {
    // A line without quantity is a remark: why the cost is an estimate.
    if (quantity === 0 && nanoUsd === '0') {
      print.line(`  note: ${kind}`)
      continue
    }
    const rate =
      nanoUsdPerMillion === null ? '' : `: ${formatCount(quantity)} x $${plain(nanoUsdPerMillion / 1e9)} per million`
    print.line(`  ${kind}${rate} = $${usdOf(nanoUsd)}`)
  }
  const terms = [run.serviceTier, run.speed, run.region].filter(Boolean).join(', ')
  const source = [run.priceId, run.priceSource, run.priceDate && `as of ${run.priceDate}`].filter(Boolean).join(', ')
  const total = run.costStatus === 'none' ? 'nothing was billed' : formatUsd(run.costNanoUsd)
  const status = ['none', 'unpriced'].includes(run.costStatus) ? '' : ` (${run.costStatus})`
  print.line(`  ${print.bold(total)}${status}`)
  if (terms) print.line(`  terms: ${terms}`)
  if (source) print.line(`  price: ${source}`)
}

const plain = (usd: number): string => usd.toLocaleString('en-US', { maximumFractionDigits: 9 })

/** A decimal string of nano-USD as dollars, exactly: digits are moved, nothing is rounded. */
export function usdOf(nanoUsd: string): string {
  const [whole = '0', fraction = ''] = nanoUsd.replace('-', '').split('.')
  const digits = whole.padStart(10, '0')
  const decimals = `${digits.slice(-9)}${fraction}`.replace(/0+$/, '')
  const sign = nanoUsd.startsWith('-') ? '-' : ''
  return `${sign}${digits.slice(0, -9)}${decimals ? `.${decimals}` : ''}`
}

const attemptLine = (attempt: RunDetail['attempts'][number]): string =>
  [
    `${attempt.number}. ${[attempt.provider, attempt.model].filter(Boolean).join('/')}`,
    [attempt.outcome, attempt.status, attempt.errorCode && `(${attempt.errorCode})`].filter(Boolean).join(' '),
    attempt.firstByteMs === null ? '' : `first byte ${formatDuration(attempt.firstByteMs)}`,
    formatDuration(attempt.durationMs),
    attempt.costNanoUsd === null ? '' : formatUsd(attempt.costNanoUsd),
  ]
    .filter(Boolean)
    .join('  ')
