/** The rest of what is on record of one request: ids to copy, links to its session and agent, terms and sizes. */
import type { ReactNode } from 'react'
import type { RunDetail } from '../../src/control/shapes.ts'
import { requestsHref } from '../state/location.ts'
import { onlyFilter, withoutFilters, type View } from '../state/view.ts'
import { CopyButton } from './copy.tsx'
import { formatBytes, formatInstant } from './format.ts'
import { Link } from './link.tsx'

const Id = ({ id, what }: { readonly id: string; readonly what: string }) => (
  <span className="flex items-start gap-1">
    <code className="min-w-0 break-all font-mono text-xs leading-5">{id}</code>
    <CopyButton text={id} what={what} />
  </span>
)

export function Facts({ run, view }: { readonly run: RunDetail; readonly view: View }) {
  const { sessionId, agent } = run
  const only = (dimension: 'session' | 'agent', value: string) =>
    requestsHref(onlyFilter(withoutFilters(view), dimension, [value]))
  const source = (text: string | null) => text && <span className="text-dim"> from {text}</span>
  const facts: readonly (readonly [string, ReactNode])[] = [
    ['request', <Id id={run.id} what="request id" />],
    ['provider’s id', run.upstreamRequestId && <Id id={run.upstreamRequestId} what="the provider’s request id" />],
    [
      'session',
      sessionId && (
        <>
          <Id id={sessionId} what="session id" />
          <Link className="link" href={only('session', sessionId)}>
            all of this session
          </Link>
          {source(run.sessionSource)}
        </>
      ),
    ],
    [
      'agent',
      agent && (
        <>
          <Link className="link" href={only('agent', agent)}>
            {agent}
          </Link>
          {source(run.agentSource)}
        </>
      ),
    ],
    ['started', formatInstant(run.startedMs)],
    ['call', `${run.method} ${run.path}`],
    ['dialect', `${run.dialect}, ${run.endpoint}${run.isStream ? ', streamed' : ''}`],
    ['billing', run.billing],
    ['task', run.taskType && <span title="Told from tools and tokens alone">{run.taskType}</span>],
    [
      'complexity',
      run.complexity && (
        <span title="An opinion about how hard it looked; docs/routing-eval.md has what it is worth">
          {run.complexity.tier}, {run.complexity.score} of 100
        </span>
      ),
    ],
    ['side call', run.facts?.sideCall],
    ['automated', run.automated && 'no person is taken to have asked'],
    ['served model', run.servedModel],
    ['finish reason', run.finishReason],
    ['service tier', [run.serviceTier, run.speed, run.region].filter(Boolean).join(', ')],
    ['bytes', `${formatBytes(run.requestBytes)} sent, ${formatBytes(run.responseBytes)} received`],
    [
      'tags',
      Object.entries(run.tags)
        .map(([name, value]) => `${name}=${value}`)
        .join(', '),
    ],
    ['skipped stages', run.bypass.join(', ')],
  ]
  return (
    <dl>
      {facts.map(([label, value]) =>
        value ? (
          <div key={label} className="flex gap-3 py-0.5">
            <dt className="w-28 shrink-0 text-dim">{label}</dt>
            <dd className="min-w-0 flex-1 break-words">{value}</dd>
          </div>
        ) : null,
      )}
    </dl>
  )
}
