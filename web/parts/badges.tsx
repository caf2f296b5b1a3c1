/** What the money guard and the response cache did with a request: a word on its row, a sentence in its drawer. */
import type { Run, RunDetail } from '../../src/control/shapes.ts'
import { exactUsd, formatUsd } from './format.ts'

const acts: Readonly<Record<string, readonly [tone: string, sentence: string]>> = {
  warned: ['text-warn', 'A limit was reached, and it passed with a warning.'],
  downgraded: ['text-warn', 'A limit was reached or near, and a cheaper model took it.'],
  cut: ['text-danger', 'Its answer was ended where it would have gone over a limit.'],
  blocked: ['text-danger', 'A limit refused it before anything was sent.'],
  stopped: ['text-danger', 'Its session looked like a runaway, and was stopped for a while.'],
}

const uses: Readonly<Record<string, string>> = {
  hit: 'Answered from the response cache, at no cost',
  miss: 'Not in the response cache, so the provider was asked',
  bypass: 'The response cache was left out',
}

/** With the reason that the stage itself noted. */
function sayUse({ cache, trace }: RunDetail): string {
  const why = trace.find(({ stage }) => stage === 'cache')?.why
  return `${uses[cache ?? '']}${why ? `: ${why}` : ''}.`
}

/** What a hit saved, as far as that is known. */
const saved = ({ savedNanoUsd }: Run): string =>
  savedNanoUsd === null ? '' : ` It saved ${exactUsd(savedNanoUsd, 2)}, what the answer cost the first time.`

const look = 'shrink-0 rounded-sm border border-line px-1 text-xs leading-4'

/** Most requests have none. A miss and a bypass are the ordinary case where the cache is on, and left to the drawer. */
export function Badges({ run }: { readonly run: Run }) {
  const [tone, sentence] = (run.guard && acts[run.guard]) || ['', '']
  return (
    <>
      {run.guard !== null && (
        <span className={`${look} ${tone}`} title={sentence} data-testid="guard-badge">
          {run.guard}
        </span>
      )}
      {run.cache === 'hit' && (
        <span className={`${look} text-ok`} title={`${uses['hit']}.${saved(run)}`} data-testid="cache-badge">
          cache hit
        </span>
      )}
    </>
  )
}

export const GuardSays = ({ act }: { readonly act: string }) => (
  <p data-testid="guard-says">
    <span className={`font-medium ${acts[act]?.[0] ?? ''}`}>{act}</span>{' '}
    <span className="text-dim">{acts[act]?.[1]}</span>
  </p>
)

export const CacheSays = ({ run }: { readonly run: RunDetail }) =>
  run.cache && (
    <p data-testid="cache-says">
      <span className={`font-medium ${run.cache === 'hit' ? 'text-ok' : ''}`}>{run.cache}</span>{' '}
      <span className="text-dim">{sayUse(run)}</span>
      {run.cache === 'hit' && run.savedNanoUsd !== null && (
        <span className="block" title="What the stored answer cost when it was made; in no other figure of savings">
          saved {formatUsd(run.savedNanoUsd)} <span className="text-dim">= {exactUsd(run.savedNanoUsd)}</span>
        </span>
      )}
    </p>
  )
