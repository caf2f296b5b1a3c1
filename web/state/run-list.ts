/** The request list: pages by cursor below, the live tail above. */
import { useInfiniteQuery, useQueryClient } from '@tanstack/react-query'
import { useEffect, useMemo, useRef, useState } from 'react'
import type { Run } from '../../src/control/shapes.ts'
import { fetchRuns } from '../api.ts'
import { useLiveListener, useLiveState } from './feed.ts'
import { emptyTail, joinRuns, receive, release } from './tail.ts'
import { apiQuery, showsRun, type View } from './view.ts'

const pageSize = 100
/** Live runs are drawn in batches: a busy server sends hundreds a second. */
const batchMs = 250

/**
 * @param isHeld True while new runs must not move the list (paused, or scrolled away).
 */
export function useRunList(view: View, isHeld: boolean) {
  const queries = useQueryClient()
  const query = apiQuery(view, 'list')
  const key = useMemo(() => ['runs', query] as const, [query])
  const pages = useInfiniteQuery({
    queryKey: key,
    queryFn: ({ pageParam, signal }) => fetchRuns(query, pageSize, pageParam, signal),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.nextCursor,
    // The tail keeps the top fresh; reading every page again would lose the reader's place.
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 0,
  })
  const { connection } = useLiveState()
  useEffect(() => {
    // What failed while the server was away.
    if (connection !== 'live') return
    if (pages.isFetchNextPageError) void pages.fetchNextPage()
    else if (pages.isError) void pages.refetch()
    // Only when it comes back: a server that is there and refuses is not asked over and over.
  }, [connection])
  const [tail, setTail] = useState(emptyTail)
  const arrived = useRef<Run[]>([])
  const held = useRef(isHeld)
  held.current = isHeld

  useEffect(() => {
    // What arrived for the view before does not belong to this one.
    arrived.current = []
    setTail(emptyTail)
  }, [query])
  useLiveListener({
    run(run) {
      if (showsRun(view, run)) arrived.current.push(run)
    },
    gap() {
      setTail((now) => ({ ...now, isBroken: true }))
    },
  })
  useEffect(() => {
    const timer = setInterval(() => {
      const batch = arrived.current.splice(0)
      if (batch.length > 0) setTail((now) => receive(now, batch, held.current))
    }, batchMs)
    return () => clearInterval(timer)
  }, [])

  const reread = () => {
    setTail(emptyTail)
    // Only the first page stays to be read again; the rest follows as the reader scrolls.
    queries.setQueryData<typeof pages.data>(
      key,
      (known) => known && { pages: known.pages.slice(0, 1), pageParams: known.pageParams.slice(0, 1) },
    )
    void pages.refetch()
  }
  const showNew = () => (tail.isBroken ? reread() : setTail(release))
  const hasNew = tail.isBroken || tail.waiting.length > 0
  useEffect(() => {
    if (!isHeld && hasNew) showNew()
  })

  const rows = useMemo(
    () => joinRuns(tail.shown, pages.data?.pages.map((page) => page.runs) ?? []),
    [tail.shown, pages.data],
  )
  return {
    rows,
    pages,
    showNew,
    /** Null where more may have arrived than is known. */
    newCount: tail.isBroken ? null : tail.waiting.length,
    fetchMore: () => {
      if (pages.hasNextPage && !pages.isFetchingNextPage && !pages.isFetchNextPageError) void pages.fetchNextPage()
    },
  }
}
