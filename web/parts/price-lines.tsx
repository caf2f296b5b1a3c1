/** What a request cost, as the sum it is: quantity × price per million = amount. */
import type { RunDetail } from '../../src/control/shapes.ts'
import { exactUsd, formatCount, formatRate } from './format.ts'

const sentences: Readonly<Record<string, string>> = {
  estimated: 'Estimated: the usage or its price tier had to be inferred.',
  unpriced: 'Unpriced: no price is known for this model, so it is in no figure of cost.',
  none: 'Nothing was billed.',
}

export function PriceLines({ run }: { readonly run: RunDetail }) {
  const sentence = sentences[run.costStatus]
  const isPriced = run.costStatus === 'priced' || run.costStatus === 'estimated'
  return (
    <>
      {sentence && <p className={run.costStatus === 'none' ? 'text-dim' : 'text-warn'}>{sentence}</p>}
      {(run.costLines.length > 0 || isPriced) && (
        <table className="w-full" data-testid="price-lines">
          <thead className="sr-only">
            <tr>
              <th scope="col">kind</th>
              <th scope="col">quantity and price</th>
              <th scope="col">amount</th>
            </tr>
          </thead>
          <tbody>
            {run.costLines.map((line) => (
              <tr key={line.kind} data-testid="price-line" className="align-baseline">
                <th
                  scope="row"
                  colSpan={line.nanoUsdPerMillion === null ? 2 : 1}
                  className="py-0.5 pr-3 text-left font-normal text-dim [overflow-wrap:anywhere]"
                >
                  {line.kind}
                </th>
                {line.nanoUsdPerMillion !== null && (
                  // Where it does not fit in one line it may be broken, but not within a number.
                  <td className="py-0.5 text-right [&>span]:whitespace-nowrap">
                    <span>{formatCount(line.quantity)}</span>{' '}
                    <span>
                      <span className="text-dim">×</span> {formatRate(line.nanoUsdPerMillion)}
                      <span className="text-dim">/M =</span>
                    </span>
                  </td>
                )}
                <td className="py-0.5 pl-2 text-right sm:w-36">{exactUsd(line.nanoUsd, 2)}</td>
              </tr>
            ))}
          </tbody>
          <tfoot>
            <tr className="border-t border-line font-semibold">
              <th scope="row" className="py-1 text-left">
                Total
              </th>
              <td className="py-1 text-right font-normal text-dim">
                {run.billing === 'subscription' ? 'notional, covered by a plan' : ''}
              </td>
              <td className="py-1 text-right" data-testid="price-total">
                {run.costNanoUsd === null ? 'unpriced' : exactUsd(run.costNanoUsd, 2)}
              </td>
            </tr>
          </tfoot>
        </table>
      )}
      {run.priceId !== null && (
        <p className="mt-1 text-xs text-dim" data-testid="price-source">
          {[run.priceId, run.priceSource, run.priceDate && `checked ${run.priceDate}`].filter(Boolean).join(' · ')}
        </p>
      )}
    </>
  )
}
