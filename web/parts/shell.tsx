/** What stands on every page: skip link, header, notices, and the page that the address names. */
import { useQuery } from '@tanstack/react-query'
import { useEffect, useRef } from 'react'
import type { Health } from '../../src/control/shapes.ts'
import { fetchHealth } from '../api.ts'
import { Guard } from '../pages/guard.tsx'
import { Overview } from '../pages/overview.tsx'
import { Playground } from '../pages/playground.tsx'
import { Requests } from '../pages/requests.tsx'
import { Savings } from '../pages/savings.tsx'
import { Sessions } from '../pages/sessions.tsx'
import { noAlertFilter } from '../state/alert-filter.ts'
import { useFeed, useLiveListener, useLiveState } from '../state/feed.ts'
import {
  guardHref,
  overviewHref,
  playgroundHref,
  requestsHref,
  savingsHref,
  sessionsHref,
  useLocation,
  type Route,
} from '../state/location.ts'
import { Boundary } from './boundary.tsx'
import { formatCount } from './format.ts'
import { Link } from './link.tsx'
import { Bar, Blank } from './notice.tsx'
import { ThemeToggle } from './theme-toggle.tsx'

const healthEveryMs = 30_000

const titles: Readonly<Record<Route['page'], string>> = {
  overview: 'Overview',
  requests: 'Requests',
  sessions: 'Sessions',
  savings: 'Savings',
  playground: 'Playground',
  guard: 'Guard',
  missing: 'No such page',
}

export function Shell() {
  const { route, view } = useLocation()
  const health = useQuery({
    queryKey: ['health'],
    queryFn: ({ signal }) => fetchHealth(signal),
    refetchInterval: healthEveryMs,
  })
  useLiveListener({ gap: () => void health.refetch() })
  useShortcuts()
  useEffect(() => {
    document.title = `${titles[route.page]} · RelayPlane`
  }, [route.page])
  return (
    // The request list scrolls within its own box, the overview with the page.
    <div className={`flex flex-col ${route.page === 'requests' ? 'h-dvh' : 'min-h-dvh'}`}>
      <a
        href="#main"
        className="button skip"
        onClick={(event) => {
          event.preventDefault()
          document.getElementById('main')?.focus()
        }}
      >
        Skip to content
      </a>
      <header className="flex h-12 items-center gap-2 border-b border-line bg-panel px-3 sm:gap-4 sm:px-4">
        <span className="font-semibold max-sm:hidden">RelayPlane</span>
        <nav
          aria-label="Pages"
          className="more-aside flex h-full min-w-0 gap-1 overflow-x-auto overflow-y-hidden max-sm:gap-0"
        >
          <Tab href={overviewHref(view)} isHere={route.page === 'overview'}>
            Overview
          </Tab>
          <Tab href={requestsHref(view)} isHere={route.page === 'requests'}>
            Requests
          </Tab>
          <Tab href={sessionsHref(view)} isHere={route.page === 'sessions'}>
            Sessions
          </Tab>
          <Tab href={savingsHref(view)} isHere={route.page === 'savings'}>
            Savings
          </Tab>
          <Tab href={playgroundHref} isHere={route.page === 'playground'}>
            Playground
          </Tab>
          <Tab href={guardHref(noAlertFilter)} isHere={route.page === 'guard'}>
            Guard
          </Tab>
        </nav>
        <div className="ml-auto flex items-center gap-3">
          <Connection />
          <span className="text-xs text-dim max-md:hidden" title={`commit ${health.data?.commit ?? ''}`}>
            {health.data?.version}
          </span>
          <ThemeToggle />
        </div>
      </header>
      <Lost />
      <Problems health={health.data} />
      <main id="main" tabIndex={-1} className="flex min-h-0 flex-1 flex-col outline-none">
        <Boundary key={route.page}>
          <Page route={route} />
        </Boundary>
      </main>
    </div>
  )
}

function Page({ route }: { readonly route: Route }) {
  switch (route.page) {
    case 'overview':
      return <Overview />
    case 'requests':
      return <Requests id={route.id} />
    case 'sessions':
      return <Sessions />
    case 'savings':
      return <Savings />
    case 'playground':
      return <Playground />
    case 'guard':
      return <Guard />
    case 'missing':
      return (
        <Blank title="There is no such page.">
          <Link className="link" href="/dashboard/">
            Go to the overview
          </Link>
        </Blank>
      )
  }
  route satisfies never
}

function Tab(props: { readonly href: string; readonly isHere: boolean; readonly children: string }) {
  const tab = useRef<HTMLAnchorElement>(null)
  useEffect(() => {
    // A phone has room for some of the pages; the one that is open is among them.
    if (props.isHere) tab.current?.scrollIntoView({ inline: 'nearest', block: 'nearest' })
  }, [props.isHere])
  return (
    <Link
      ref={tab}
      href={props.href}
      aria-current={props.isHere ? 'page' : undefined}
      className="flex scroll-mx-4 items-center border-b-2 border-transparent px-2 text-dim max-sm:px-1.5 hover:text-ink aria-[current]:border-accent aria-[current]:text-ink"
    >
      {props.children}
    </Link>
  )
}

const connections = {
  idle: ['bg-dim', 'Idle'],
  connecting: ['bg-dim', 'Connecting'],
  live: ['bg-ok', 'Live'],
  lost: ['bg-danger', 'Offline'],
} as const

function Connection() {
  const { connection, inflight } = useLiveState()
  const [colour, word] = connections[connection]
  return (
    <span className="flex items-center gap-1.5 text-xs text-dim" data-testid="connection">
      <span aria-hidden="true" className={`size-2 rounded-full ${colour}`} />
      <span role="status" className="max-sm:sr-only">
        {word}
      </span>
      {inflight !== null && (
        <span data-testid="inflight" title="Requests being served now" className="max-sm:sr-only">
          · {formatCount(inflight)} in flight
        </span>
      )}
    </span>
  )
}

/** The server is gone: the figures stay, and say that they are old. */
function Lost() {
  const { connection } = useLiveState()
  const feed = useFeed()
  if (connection !== 'lost') return null
  return (
    <Bar tone="danger">
      <span data-testid="lost">
        The RelayPlane server does not answer. What you see may be old; the page reconnects by itself.
      </span>{' '}
      <button type="button" className="link" onClick={feed.connect}>
        Try now
      </button>
    </Bar>
  )
}

function Problems({ health }: { readonly health: Health | undefined }) {
  const [first, ...others] = health?.problems ?? []
  if (first === undefined) return null
  return (
    <Bar tone="warn">
      {others.length === 0 ? (
        first
      ) : (
        <details>
          <summary>
            {first} <span className="text-dim">and {others.length} more</span>
          </summary>
          <ul className="mt-1 list-disc pl-5">
            {others.map((problem) => (
              <li key={problem}>{problem}</li>
            ))}
          </ul>
        </details>
      )}
    </Bar>
  )
}

const isTyping = (target: EventTarget | null) =>
  target instanceof HTMLElement && target.matches('input, select, textarea, [contenteditable]')

function useShortcuts(): void {
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (event.key !== '/' || event.ctrlKey || event.metaKey || event.altKey) return
      const field = document.getElementById('filter')
      if (!field || isTyping(event.target) || document.querySelector('dialog[open]')) return
      event.preventDefault()
      field.focus()
    }
    document.addEventListener('keydown', onKey)
    return () => document.removeEventListener('keydown', onKey)
  }, [])
}
