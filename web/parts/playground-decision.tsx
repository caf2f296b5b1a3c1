/** A decision with everything that made it: rule, candidates and rejections, what a switch would cost, complexity, limits. */
import type { ReactNode } from 'react'
import type { Playground } from '../../src/control/simulate-shapes.ts'
import { formatCount } from './format.ts'
import { Section } from './section.tsx'
import { Usd } from './usd.tsx'

export function Decision({ found }: { readonly found: Playground }) {
  const { decision, classified, limit, refused } = found
  const [first] = decision?.candidates ?? []
  return (
    <Section title="Decision" testId="play-decision">
      <div className="flex flex-col gap-4 p-3">
        <div>
          <p className="text-base font-semibold" data-testid="play-model">
            {first?.name ?? 'nowhere'}
          </p>
          <p className="text-dim">{decision === null ? '' : `by ${decision.rule}: ${decision.reason}`}</p>
          {refused !== null && <p className="text-danger">{refused}</p>}
        </div>
        {decision !== null && <Candidates decision={decision} />}
        {decision?.switch && <Switch moved={decision.switch} />}
        {classified !== null && <Classified found={classified} />}
        {limit !== null && (
          <Part title="Limits">
            {limit.action}: {limit.sentence ?? 'it fits'}{' '}
            <span className="text-dim">
              estimated at <Usd nanoUsd={limit.estimateNanoUsd} />
            </span>
          </Part>
        )}
      </div>
    </Section>
  )
}

const Part = ({ title, children }: { readonly title: string; readonly children: ReactNode }) => (
  <section aria-label={title}>
    <h3 className="mb-1.5 text-xs font-semibold text-dim">{title}</h3>
    {children}
  </section>
)

const Candidates = ({ decision }: { readonly decision: NonNullable<Playground['decision']> }) => (
  <Part title="Candidates">
    <ol className="flex flex-col gap-1" data-testid="play-candidates">
      {decision.candidates.map(({ name, why, costNanoUsd }, index) => (
        <li key={name} className="flex flex-wrap gap-x-3">
          <span className="text-dim">{index + 1}.</span>
          <span>{name}</span>
          <Usd nanoUsd={costNanoUsd} />
          <span className="text-dim">{why}</span>
        </li>
      ))}
      {decision.rejected.map(({ name, why }) => (
        <li key={name} className="text-dim">
          not {name}: it {why}
        </li>
      ))}
    </ol>
  </Part>
)

const Switch = ({ moved }: { readonly moved: NonNullable<NonNullable<Playground['decision']>['switch']> }) => (
  <Part title="Prompt cache">
    <p>
      {moved.verdict}: {moved.from} or {moved.to}
    </p>
    <p className="text-dim">
      saves <Usd nanoUsd={moved.savedNanoUsd} /> in {moved.turns} turns, loses <Usd nanoUsd={moved.lostNanoUsd} />;{' '}
      {moved.why}
    </p>
  </Part>
)

const Classified = ({ found }: { readonly found: NonNullable<Playground['classified']> }) => (
  <Part title="What it is">
    <p>
      {found.task}; {found.tier}, {found.score} of 100; about {formatCount(found.inputTokens)} tokens in,{' '}
      {formatCount(found.expectedOutputTokens)} out expected
    </p>
    {found.sideCall !== null && <p>Side call: {found.sideCall}</p>}
    {found.automated !== null && <p>Automated: {found.automated}</p>}
    <ul className="text-dim" data-testid="play-parts">
      {found.parts.map(({ part, points, of, why }) => (
        <li key={part}>
          {part}: {points} of {of} ({why})
        </li>
      ))}
    </ul>
  </Part>
)
