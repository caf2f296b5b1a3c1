/** The three figures of what was saved, each with its formula and what it does not say. They stand apart: nothing adds them up. */
import type { ReactNode } from 'react'
import type { Savings } from '../../src/control/savings-shapes.ts'
import { requestsHref } from '../state/location.ts'
import { routedView } from '../state/savings.ts'
import { onlyFilter, type View } from '../state/view.ts'
import { exactUsd, formatCount, formatUsd } from './format.ts'
import { Link } from './link.tsx'
import { Usd } from './usd.tsx'

export function SavingsFigures({ savings, view }: { readonly savings: Savings; readonly view: View }) {
  const { routing, promptCache, responseCache, counts } = savings
  return (
    <div className="grid items-start gap-3 lg:grid-cols-3">
      <Figure
        title="Routing"
        testId="routing-saved"
        figure={routing}
        formula={
          <>
            {exactUsd(routing.baselineNanoUsd, 2)} <Dim>at the baseline models −</Dim>{' '}
            {exactUsd(routing.actualNanoUsd, 2)} <Dim>paid, all attempts =</Dim> {exactUsd(routing.savedNanoUsd, 2)}
          </>
        }
        notes={[
          'Not whether the cheaper answers were as good, nor whether the baseline would have used the same tokens.',
          'Not background traffic, and not what passed through to the model that was asked for: both count 0.',
          'Not the prompt cache of a model that was left: the baseline is taken at the same cached tokens.',
        ]}
      >
        <Link className="link" href={requestsHref(routedView(view))}>
          {requests(routing.requests)} compared
        </Link>
        {counts.unpriced > 0 && (
          <span className="text-warn" data-testid="savings-unpriced">
            {' '}
            · {formatCount(counts.unpriced)} more without a price to compare, in no figure
          </span>
        )}
      </Figure>
      <Figure
        title="Prompt caches of providers"
        testId="prompt-cache-saved"
        figure={promptCache}
        formula={<Dim>The same tokens at the same model, all as plain input − what they cost, writes included.</Dim>}
        notes={[
          'Not what routing saved: each request is compared with its own model.',
          'Less than nothing where caches were written at a higher price and hardly read.',
        ]}
      >
        {requests(promptCache.requests)} that read from a cache or wrote to one
      </Figure>
      <Figure
        title="Response cache"
        testId="response-cache-saved"
        figure={responseCache}
        formula={<Dim>What the answers cost when they were first given.</Dim>}
        notes={[
          'Not answers whose cost was not known: they count 0.',
          'Not whether a fresh answer would have been another.',
        ]}
      >
        <Link className="link" href={requestsHref(onlyFilter(view, 'cache', ['hit']))}>
          {formatCount(responseCache.requests)} {responseCache.requests === 1 ? 'answer' : 'answers'} given again
        </Link>
      </Figure>
    </div>
  )
}

const requests = (count: number): string => `${formatCount(count)} ${count === 1 ? 'request' : 'requests'}`

const Dim = ({ children }: { readonly children: ReactNode }) => <span className="text-dim">{children}</span>

function Figure(props: {
  readonly title: string
  readonly testId: string
  readonly figure: { readonly savedNanoUsd: number; readonly subscriptionNanoUsd: number }
  readonly formula: ReactNode
  /** What the figure does not say. */
  readonly notes: readonly string[]
  readonly children: ReactNode
}) {
  const { savedNanoUsd, subscriptionNanoUsd } = props.figure
  return (
    <section aria-label={props.title} className="panel flex min-w-0 flex-col gap-1 px-4 py-3">
      <h2 className="text-xs text-dim">Saved by: {props.title}</h2>
      <p
        className={`text-lg font-semibold ${savedNanoUsd < 0 ? 'text-danger' : ''}`}
        data-testid={props.testId}
        title={exactUsd(savedNanoUsd)}
      >
        {formatUsd(savedNanoUsd)}
        {savedNanoUsd < 0 && <span className="text-sm font-normal"> cost more than it saved</span>}
      </p>
      <p data-testid={`${props.testId}-formula`}>{props.formula}</p>
      <p className="text-xs text-dim">{props.children}</p>
      {subscriptionNanoUsd !== 0 && (
        <p className="text-xs text-dim" data-testid={`${props.testId}-plan`}>
          <Usd nanoUsd={subscriptionNanoUsd} /> of it is notional: a plan covers those requests.
        </p>
      )}
      <details className="mt-1 text-xs text-dim">
        <summary>What this does not measure</summary>
        <ul className="mt-1 list-disc pl-5">
          {props.notes.map((note) => (
            <li key={note}>{note}</li>
          ))}
        </ul>
      </details>
    </section>
  )
}

const standings = [
  ['compared', 'compared', 'Routed, with both prices known: the figure of routing'],
  ['unpriced', 'unpriced', 'Routed, but the model or its baseline has no known price'],
  ['unbilled', 'unbilled', 'Routed, and refused or failed at no cost'],
  ['passthrough', 'passed through', 'Went to the model that was asked for; counts 0'],
  ['automated', 'background', 'Titles, summaries, health checks; counts 0'],
  ['cached', 'from the response cache', 'Counts 0 for routing; what it saved is that cache’s'],
] as const

/** Each of them once. What was refused before, and what no model is chosen for, such as embeddings, is not among them. */
export function SavingsCounts({ counts }: { readonly counts: Savings['counts'] }) {
  return (
    <p className="panel px-4 py-2 text-xs text-dim" data-testid="savings-counts">
      Of {requests(counts.requests)} that a model was chosen for, or that the response cache answered:{' '}
      {standings
        .filter(([name]) => counts[name] > 0)
        .map(([name, word, hint], index) => (
          <span key={name} title={hint}>
            {index > 0 && ' · '}
            <span className="text-ink">{formatCount(counts[name])}</span> {word}
          </span>
        ))}
    </p>
  )
}
