/** What the settings that are tried would have done with the last days. */
import type { Simulation } from '../../src/neutral/simulation.ts'
import { formatCount } from './format.ts'
import { Section } from './section.tsx'
import { Usd } from './usd.tsx'

const shownPairs = 8

export function SimulatedSums({ found }: { readonly found: Simulation }) {
  const { totals, byPair, assumed } = found
  const moved = byPair.filter(({ from, to }) => from !== to).slice(0, shownPairs)
  const notes: readonly (readonly [string, number])[] = [
    ['replayed', found.replayed],
    ['answered by another model', totals.changed],
    ['kept by their conversation', found.stayed],
    ['lost their prompt cache', found.cacheLost.requests],
    ['nobody could have answered', found.refused],
    ['without a price, in no sum', found.unpriced],
    ['without a score, taken for moderate', found.unscored],
  ]
  return (
    <Section title="The last 7 days" note="what is recorded, decided anew" testId="play-sums">
      <div className="flex flex-col gap-3 p-3">
        <p className="text-base" data-testid="play-cost">
          <Usd nanoUsd={totals.thenNanoUsd} /> then,{' '}
          <strong>
            <Usd nanoUsd={totals.nowNanoUsd} />
          </strong>{' '}
          with these settings
        </p>
        <dl>
          {notes.map(([label, count]) => (
            <div key={label} className="flex max-w-96 justify-between py-0.5">
              <dt className="text-dim">{label}</dt>
              <dd>{formatCount(count)}</dd>
            </div>
          ))}
        </dl>
        {moved.length > 0 && (
          <ul className="flex flex-col gap-1">
            {moved.map(({ from, to, requests, thenNanoUsd, nowNanoUsd }) => (
              <li key={`${from} ${to}`} className="break-words">
                {from} → {to}: {formatCount(requests)}, <Usd nanoUsd={thenNanoUsd} /> → <Usd nanoUsd={nowNanoUsd} />
              </li>
            ))}
          </ul>
        )}
        <ul className="list-disc pl-4 text-xs text-dim">
          {assumed.map((sentence) => (
            <li key={sentence}>{sentence}</li>
          ))}
        </ul>
      </div>
    </Section>
  )
}
