/** How the providers look from here, over the last hour: independent of the range and filters above. */
import type { TelemetryHealth } from '../../src/control/shapes.ts'
import { standingLines } from '../state/standing.ts'
import { formatCount, formatMs, formatTime } from './format.ts'
import { Standing } from './status.tsx'

interface Props {
  readonly providers: TelemetryHealth['providers']
  readonly readMs: number
}

const isInUse = (one: Props['providers'][number]): boolean =>
  one.hasKey ||
  one.requests > 0 ||
  one.lastSeenMs !== null ||
  [one.cooldowns, one.accounts, one.concurrency].some(({ length }) => length > 0)

export function Providers({ providers, readMs }: Props) {
  const inUse = providers.filter(isInUse)
  const others = providers.filter((one) => !inUse.includes(one)).map((one) => one.provider)
  if (inUse.length === 0) return null
  return (
    <section aria-labelledby="providers" className="panel overflow-x-auto">
      <h2 id="providers" className="px-3 pt-2 font-medium">
        Provider health <span className="font-normal text-dim">last 60 minutes</span>
      </h2>
      <table className="mt-1 w-full">
        <thead>
          <tr className="border-b border-line text-left text-xs text-dim [&>th]:h-7 [&>th]:px-3 [&>th]:font-normal">
            <th scope="col">provider</th>
            <th scope="col" className="max-sm:hidden">
              base URL
            </th>
            <th scope="col" title="A caller may still bring its own key">
              key
            </th>
            <th scope="col">now</th>
            <th scope="col" className="text-right">
              requests
            </th>
            <th scope="col" className="text-right">
              failures
            </th>
            <th scope="col" className="text-right max-sm:hidden">
              p50
            </th>
            <th scope="col" className="max-md:hidden">
              last failure
            </th>
          </tr>
        </thead>
        <tbody>
          {inUse.map((one) => (
            <tr key={one.provider} className="[&>*]:h-7 [&>*]:px-3">
              <th scope="row" className="text-left font-normal">
                {one.provider}
              </th>
              <td className="max-w-64 truncate text-dim max-sm:hidden" title={one.baseUrl}>
                {one.baseUrl}
              </td>
              <td className={one.hasKey ? '' : 'text-dim'}>{one.hasKey ? 'set' : 'caller’s'}</td>
              <td className="min-w-48 py-1">
                <Standing lines={standingLines(one, readMs)} />
              </td>
              <td className="text-right">{formatCount(one.requests)}</td>
              <td className={`text-right ${one.failures > 0 ? 'text-danger' : ''}`}>{formatCount(one.failures)}</td>
              <td className="text-right max-sm:hidden">{formatMs(one.p50Ms)}</td>
              <td className="max-w-64 truncate text-dim max-md:hidden">
                {one.lastFailure ??
                  (one.lastSeenMs === null ? 'not used yet' : `none; last used ${formatTime(one.lastSeenMs, readMs)}`)}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      {others.length > 0 && (
        <p className="border-t border-line px-3 py-1.5 text-xs text-dim">
          Known, without a key or use: {others.join(', ')}
        </p>
      )}
    </section>
  )
}
