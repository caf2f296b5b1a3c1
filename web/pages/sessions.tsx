/** Conversations and who holds them: what each session cost, which are stopped, and agents under the names people gave them. */
import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { fetchAgents, fetchSessions } from '../guard-api.ts'
import { LoginNote } from '../parts/action.tsx'
import { AgentTable } from '../parts/agent-table.tsx'
import { FilterBar } from '../parts/filter-bar.tsx'
import { RangePicker } from '../parts/range-picker.tsx'
import { Reading } from '../parts/section.tsx'
import { SessionTable } from '../parts/session-table.tsx'
import { useLiveRefresh } from '../state/feed.ts'
import { sessionsHref, useLocation } from '../state/location.ts'
import { apiQuery, sumDimensions } from '../state/view.ts'

const everyMs = 30_000
const most = 200

export function Sessions() {
  const { view } = useLocation()
  const query = apiQuery(view, 'sums')
  const sessions = useQuery({
    queryKey: ['sessions', query],
    queryFn: ({ signal }) => fetchSessions(`${query}&limit=${most}`, signal),
    placeholderData: keepPreviousData,
    refetchInterval: everyMs,
  })
  const agents = useQuery({
    queryKey: ['agents', query],
    queryFn: ({ signal }) => fetchAgents(query, signal),
    placeholderData: keepPreviousData,
    refetchInterval: everyMs,
  })
  useLiveRefresh(() => Promise.all([sessions.refetch(), agents.refetch()]))
  return (
    <div className="mx-auto flex w-full max-w-[1440px] flex-col gap-3 p-3 sm:p-4">
      <h1 className="sr-only">Sessions</h1>
      <div className="flex flex-wrap items-center gap-2">
        <RangePicker view={view} hrefOf={sessionsHref} />
        <FilterBar view={view} hrefOf={sessionsHref} offered={sumDimensions} />
      </div>
      <LoginNote />
      <Reading query={sessions} what="The sessions">
        {(data) => (
          <SessionTable
            sessions={data.sessions}
            nowMs={sessions.dataUpdatedAt}
            note={data.sessions.length === most ? `The first ${most}; a narrower range or filter shows others.` : null}
          />
        )}
      </Reading>
      <Reading query={agents} what="The agents">
        {(data) => <AgentTable agents={data.agents} view={view} />}
      </Reading>
    </div>
  )
}
