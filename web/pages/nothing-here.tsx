/** A view without requests is either a new installation or one that leaves them out; only the first needs instructions. */
import { useQuery } from '@tanstack/react-query'
import { fetchHealth, fetchRuns } from '../api.ts'
import { Link } from '../parts/link.tsx'
import { Blank } from '../parts/notice.tsx'
import { Onboarding } from '../parts/onboarding.tsx'
import { rangeLabel } from '../parts/range-picker.tsx'
import { useLiveRefresh } from '../state/feed.ts'
import { allTime, hasFilters, isAllTime, withoutFilters, withRange, type View } from '../state/view.ts'

interface Props {
  readonly view: View
  /** The address of the page in another view. */
  readonly hrefOf: (view: View) => string
}

export function NothingHere({ view, hrefOf }: Props) {
  const ever = useQuery({
    queryKey: ['ever'],
    queryFn: ({ signal }) => fetchRuns('window=all', 1, null, signal),
  })
  const health = useQuery({ queryKey: ['health'], queryFn: ({ signal }) => fetchHealth(signal) })
  useLiveRefresh(() => ever.refetch())
  if (ever.isPending || health.isPending) return null
  if (ever.data?.runs.length === 0) return <Onboarding apiPort={health.data?.apiPort} />
  const isFiltered = hasFilters(view)
  return (
    <div className="panel">
      <Blank title={`No requests: ${rangeLabel(view.range)}${isFiltered ? ', with these filters' : ''}.`}>
        <span className="flex justify-center gap-4">
          {!isAllTime(view.range) && (
            <Link className="link" href={hrefOf(withRange(view, allTime))}>
              Show all time
            </Link>
          )}
          {isFiltered && (
            <Link className="link" href={hrefOf(withoutFilters(view))}>
              Remove the filters
            </Link>
          )}
        </span>
      </Blank>
    </div>
  )
}
