/** The live feed inside React: its state, its runs, and queries that follow it. */
import { createContext, useContext, useEffect, useRef, useSyncExternalStore } from 'react'
import { afterTimeout, type LiveFeed, type LiveListener, type LiveState } from './live.ts'
import { openPace } from './pace.ts'

export const FeedContext = createContext<LiveFeed | null>(null)

export function useFeed(): LiveFeed {
  const feed = useContext(FeedContext)
  if (!feed) throw new Error('The live feed is provided by main.tsx.')
  return feed
}

export function useLiveState(): LiveState {
  const feed = useFeed()
  return useSyncExternalStore(feed.watch, feed.state)
}

/** Calls the newest `listener` while the component is mounted. */
export function useLiveListener(listener: LiveListener): void {
  const feed = useFeed()
  const newest = useRef(listener)
  useEffect(() => {
    newest.current = listener
  })
  useEffect(
    () =>
      feed.listen({
        run: (run) => newest.current.run?.(run),
        gap: () => newest.current.gap?.(),
      }),
    [feed],
  )
}

/** Runs `refetch` after live events, at the pace that its own duration sets. */
export function useLiveRefresh(refetch: () => Promise<unknown>): void {
  const feed = useFeed()
  const newest = useRef(refetch)
  useEffect(() => {
    newest.current = refetch
  })
  useEffect(() => {
    const pace = openPace(
      () => newest.current(),
      () => performance.now(),
      afterTimeout,
    )
    const stopListening = feed.listen({ run: () => pace.ask(), gap: () => pace.ask() })
    return () => {
      stopListening()
      pace.stop()
    }
  }, [feed])
}
