/** Starts the dashboard: the shell at once, queries after. */
import { QueryClient, QueryClientProvider } from '@tanstack/react-query'
import { createRoot } from 'react-dom/client'
import { ApiError, openStream } from './api.ts'
import { Shell } from './parts/shell.tsx'
import { FeedContext } from './state/feed.ts'
import { LiveFeed } from './state/live.ts'

const queries = new QueryClient({
  defaultOptions: {
    queries: {
      // An answer with a status is the server's word; only silence is worth a second try.
      retry: (failures, fault) => failures < 1 && fault instanceof ApiError && fault.status === null,
      retryDelay: 500,
      refetchOnWindowFocus: false,
      // Loopback works without a network; the browser's idea of being offline says nothing here.
      networkMode: 'always',
    },
    mutations: { networkMode: 'always' },
  },
})

const feed = new LiveFeed(openStream)
// A browser allows six connections to one host: tabs that nobody sees give theirs back.
const follow = () => (document.hidden ? feed.disconnect() : feed.connect())
document.addEventListener('visibilitychange', follow)
follow()

const root = document.getElementById('root')
if (!root) throw new Error('index.html has no #root.')
createRoot(root).render(
  <QueryClientProvider client={queries}>
    <FeedContext value={feed}>
      <Shell />
    </FeedContext>
  </QueryClientProvider>,
)
