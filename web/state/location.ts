/** The address bar as state: which page, which request, which view. */
import { useSyncExternalStore } from 'react'
import { alertQuery, type AlertFilter } from './alert-filter.ts'
import { asSums, readView, viewSearch, type View } from './view.ts'

const base = '/dashboard'

export type Route =
  | { readonly page: 'overview' }
  | { readonly page: 'requests'; readonly id: string | null }
  | { readonly page: 'guard' }
  | { readonly page: 'sessions' }
  | { readonly page: 'savings' }
  | { readonly page: 'playground' }
  | { readonly page: 'missing' }

export function readRoute(pathname: string): Route {
  const [page = '', id = '', ...rest] = pathname.slice(base.length + 1).split('/')
  if (!pathname.startsWith(base) || rest.length > 0) return { page: 'missing' }
  if (page === '' && id === '') return { page: 'overview' }
  const isPlain = page === 'guard' || page === 'sessions' || page === 'savings' || page === 'playground'
  if (isPlain && id === '') return { page }
  const decoded = decode(id)
  if (page !== 'requests' || decoded === null) return { page: 'missing' }
  return { page: 'requests', id: decoded === '' ? null : decoded }
}

function decode(text: string): string | null {
  try {
    return decodeURIComponent(text)
  } catch {
    // A hand-edited address; there is no such page.
    return null
  }
}

export const overviewHref = (view: View): string => `${base}/${viewSearch(asSums(view))}`

export const sessionsHref = (view: View): string => `${base}/sessions${viewSearch(asSums(view))}`

export const savingsHref = (view: View): string => `${base}/savings${viewSearch(asSums(view))}`

/** It has no filters. */
export const playgroundHref = `${base}/playground`

/** Limits are of now and of everybody: this page has filters of its own. */
export function guardHref(filter: AlertFilter): string {
  const query = alertQuery(filter)
  return `${base}/guard${query === '' ? '' : `?${query}`}`
}

export const requestsHref = (view: View, id: string | null = null): string =>
  `${base}/requests${id === null ? '' : `/${encodeURIComponent(id)}`}${viewSearch(view)}`

const moved = 'relayplane:moved'

/** Goes to an address of this page without loading it again; to the one that it is at already, it leaves no step to go back by. */
export function navigate(href: string, how: 'push' | 'replace' = 'push'): void {
  if (new URL(href, location.href).href === location.href) return
  if (how === 'push') history.pushState(null, '', href)
  else history.replaceState(history.state, '', href)
  window.dispatchEvent(new Event(moved))
}

function subscribe(listener: () => void): () => void {
  window.addEventListener('popstate', listener)
  window.addEventListener(moved, listener)
  return () => {
    window.removeEventListener('popstate', listener)
    window.removeEventListener(moved, listener)
  }
}

/** One value per address, so that React sees no change where there is none. */
let last: { readonly href: string; readonly search: string; readonly route: Route; readonly view: View } | undefined

function snapshot() {
  const { pathname, search } = location
  const href = pathname + search
  if (last?.href !== href) last = { href, search, route: readRoute(pathname), view: readView(search) }
  return last
}

/** The route and view that the address names; follows back, forward and `navigate`. */
export const useLocation = () => useSyncExternalStore(subscribe, snapshot)
