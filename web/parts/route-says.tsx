/** What rule chose the model of a request, and what that saved or cost against the model that it is compared with. */
import type { RunDetail } from '../../src/control/shapes.ts'
import { Usd } from './usd.tsx'

export function RouteSays({ run }: { readonly run: RunDetail }) {
  const { route, baselineModel, baselineNanoUsd, costNanoUsd, automated } = run
  const saved = baselineNanoUsd === null || costNanoUsd === null ? null : baselineNanoUsd - costNanoUsd
  return (
    <div data-testid="route">
      <p>
        By <strong>{route}</strong>
        {run.requestedModel !== null && <span className="text-dim">, asked for {run.requestedModel}</span>}
      </p>
      {baselineModel !== null && (
        <p className="text-dim">
          {saved === null ? (
            `Compared with ${baselineModel}: no price to compare.`
          ) : (
            <>
              <Usd nanoUsd={baselineNanoUsd} /> at {baselineModel} − <Usd nanoUsd={costNanoUsd} /> ={' '}
              <Usd nanoUsd={saved} /> saved
            </>
          )}
          {automated && ' (not counted: automated)'}
        </p>
      )}
    </div>
  )
}
