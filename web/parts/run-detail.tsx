/** Everything that is on record of one request, in the order in which one asks. Draws plain values. */
import type { ReactNode } from 'react'
import type { RunDetail } from '../../src/control/shapes.ts'
import type { View } from '../state/view.ts'
import { CacheSays, GuardSays } from './badges.tsx'
import { formatCount, formatMs } from './format.ts'
import { PriceLines } from './price-lines.tsx'
import { RouteSays } from './route-says.tsx'
import { Facts } from './run-facts.tsx'
import { Status } from './status.tsx'
import { TimingBar } from './timing-bar.tsx'
import { Translation } from './translation.tsx'
import { Usd } from './usd.tsx'

export function Detail({ run, view }: { readonly run: RunDetail; readonly view: View }) {
  return (
    <div className="flex flex-col gap-5">
      {run.outcome !== 'complete' && <Fault run={run} />}
      {run.translatedTo !== null && (
        <Part title="Translation">
          <Translation key={run.id} dialect={run.dialect} translatedTo={run.translatedTo} dropped={run.dropped} />
        </Part>
      )}
      {run.guard !== null && (
        <Part title="Money guard">
          <GuardSays act={run.guard} />
        </Part>
      )}
      {run.cache !== null && (
        <Part title="Response cache">
          <CacheSays run={run} />
        </Part>
      )}
      <Part title="Timing">
        <TimingBar firstByteMs={run.firstByteMs} durationMs={run.durationMs} />
      </Part>
      <Part title="Cost">
        <PriceLines run={run} />
      </Part>
      <Part title="Tokens">
        <Tokens run={run} />
      </Part>
      {run.route !== null && run.route !== 'passthrough' && (
        <Part title="Route">
          <RouteSays run={run} />
        </Part>
      )}
      {run.trace.length > 0 && (
        <Part title="Decisions">
          <ol data-testid="trace" className="flex flex-col gap-1.5">
            {run.trace.map((step, index) => (
              <li key={index} className="flex gap-3">
                <span className="w-16 shrink-0 text-dim">{step.stage}</span>
                <span className="min-w-0 break-words">
                  {step.did}
                  <span className="block text-dim">{step.why}</span>
                </span>
              </li>
            ))}
          </ol>
        </Part>
      )}
      {run.attempts.length !== 1 && (
        <Part title="Attempts">
          <Attempts run={run} />
        </Part>
      )}
      <Part title="On record">
        <Facts run={run} view={view} />
      </Part>
    </div>
  )
}

const Part = ({ title, children }: { readonly title: string; readonly children: ReactNode }) => (
  <section aria-label={title}>
    <h3 className="mb-1.5 text-xs font-semibold text-dim">{title}</h3>
    {children}
  </section>
)

const endings: Readonly<Record<string, string>> = {
  client_abort: 'The client hung up before the answer was complete.',
  upstream_reset: 'The provider broke off in the middle of the answer.',
  timeout: 'The provider kept silent for longer than is waited for.',
  refused: 'RelayPlane refused this request.',
  failed: 'The provider could not be reached.',
}

const endingOf = ({ outcome, attempts }: RunDetail): string => {
  const status = attempts.at(-1)?.status ?? null
  return outcome === 'failed' && status !== null && status >= 400
    ? `The provider answered with HTTP ${status}.`
    : (endings[outcome] ?? outcome)
}

const Fault = ({ run }: { readonly run: RunDetail }) => (
  <p
    data-testid="error"
    className={`border-l-4 bg-raised px-3 py-2 ${run.outcome === 'client_abort' ? 'border-warn' : 'border-danger'}`}
  >
    {run.errorMessage ?? endingOf(run)}
    {run.errorCode !== null && <code className="ml-2 font-mono text-xs text-dim">{run.errorCode}</code>}
  </p>
)

function Tokens({ run }: { readonly run: RunDetail }) {
  const kinds: readonly (readonly [string, number | null, boolean])[] = [
    ['uncached input', run.inputTokens, false],
    ['of which audio', run.audioInputTokens, true],
    ['cache read', run.cacheReadTokens, false],
    ['of which audio', run.cacheReadAudioTokens, true],
    ['cache write, 5 min', run.cacheWrite5mTokens, true],
    ['cache write, 1 h', run.cacheWrite1hTokens, true],
    ['output', run.outputTokens, false],
    ['of which reasoning', run.reasoningTokens, true],
    ['of which audio', run.audioOutputTokens, true],
    ['of which images', run.imageOutputTokens, true],
    ['web searches', run.webSearches, true],
  ]
  if (run.inputTokens === null && run.outputTokens === null) return <p className="text-dim">No usage was reported.</p>
  return (
    <dl className="max-w-72">
      {kinds.map(([label, count, isDetail], index) =>
        // Details that are zero would only push the figures apart.
        count === null || (isDetail && count === 0) ? null : (
          <div key={index} className={`flex justify-between py-0.5 ${label.startsWith('of') ? 'pl-4 text-dim' : ''}`}>
            <dt className="text-dim">{label}</dt>
            <dd>{formatCount(count)}</dd>
          </div>
        ),
      )}
    </dl>
  )
}

function Attempts({ run }: { readonly run: RunDetail }) {
  if (run.attempts.length === 0) return <p className="text-dim">Nothing was sent to a provider.</p>
  return (
    <table className="w-full" data-testid="attempts">
      <thead className="text-left text-xs text-dim [&_th]:font-normal">
        <tr>
          <th scope="col" className="w-6">
            #
          </th>
          <th scope="col">provider and model</th>
          <th scope="col" className="pl-3">
            status
          </th>
          <th scope="col" className="pl-3 text-right">
            cost
          </th>
          <th scope="col" className="pl-3 text-right">
            duration
          </th>
        </tr>
      </thead>
      <tbody>
        {run.attempts.map((attempt) => (
          <tr key={attempt.number} className="align-baseline [&>td]:py-0.5">
            <td className="text-dim">{attempt.number}</td>
            <td className="[overflow-wrap:anywhere]">
              {attempt.provider}
              {attempt.model !== null && <span className="text-dim"> / {attempt.model}</span>}
              {attempt.errorCode !== null && <span className="block text-xs text-dim">{attempt.errorCode}</span>}
            </td>
            <td className="pl-3">
              <Status outcome={attempt.outcome} status={attempt.status} />
            </td>
            <td className="whitespace-nowrap pl-3 text-right">
              <Usd nanoUsd={attempt.costNanoUsd} />
            </td>
            <td className="whitespace-nowrap pl-3 text-right">{formatMs(attempt.durationMs)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  )
}
