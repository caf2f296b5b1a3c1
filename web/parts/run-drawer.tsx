/** One request over the list: reads it, walks to its neighbours, closes to where it came from. */
import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { useEffect, useRef } from 'react'
import type { Run } from '../../src/control/shapes.ts'
import { fetchRun } from '../api.ts'
import { navigate, requestsHref } from '../state/location.ts'
import type { View } from '../state/view.ts'
import { Drawer } from './drawer.tsx'
import { formatInstant, formatUsd } from './format.ts'
import { Icon, type IconName } from './icons.tsx'
import { Failed } from './notice.tsx'
import { costTitle, modelText } from './run-columns.tsx'
import { Detail } from './run-detail.tsx'
import { ListSkeleton } from './skeleton.tsx'
import { Status } from './status.tsx'

interface Props {
  readonly id: string
  readonly view: View
  /** The list behind, for its neighbours; the request may not be in it. */
  readonly rows: readonly Run[]
}

export function RunDrawer({ id, view, rows }: Props) {
  const detail = useQuery({
    queryKey: ['run', id],
    queryFn: ({ signal }) => fetchRun(id, signal),
    staleTime: Number.POSITIVE_INFINITY,
    placeholderData: keepPreviousData,
  })
  const index = rows.findIndex((run) => run.id === id)
  const neighbour = (step: 1 | -1) => (index < 0 ? undefined : rows[index + step])
  const move = (step: 1 | -1) => {
    const to = neighbour(step)
    if (to) navigate(requestsHref(view, to.id), 'replace')
  }
  const close = () => navigate(requestsHref(view))
  const last = useRef(id)
  useEffect(() => {
    last.current = id
  }, [id])
  useEffect(
    // The browser gives the focus back to what had it; after walking that may be another row, or gone.
    () => () =>
      void requestAnimationFrame(() =>
        document.querySelector<HTMLElement>(`[data-id="${CSS.escape(last.current)}"] a`)?.focus(),
      ),
    [],
  )
  const run: Run | undefined = detail.data?.id === id ? detail.data : rows[index]
  const isOther = detail.isPlaceholderData && detail.data?.id !== id
  return (
    <Drawer label="Request" onClose={close} onMove={move}>
      <header className="flex items-start gap-2 border-b border-line py-3 pl-4 pr-3">
        <div className="min-w-0 flex-1">
          <h2 className="break-words text-base font-semibold" data-testid="drawer-model">
            {run ? modelText(run) : 'Request'}
          </h2>
          {run && (
            <p className="flex flex-wrap items-center gap-x-3 text-dim">
              <Status outcome={run.outcome} status={run.status} />
              <span>{run.provider}</span>
              <span>{formatInstant(run.startedMs)}</span>
              <span className="text-ink" data-testid="drawer-cost" title={costTitle(run)}>
                {formatUsd(run.costNanoUsd)}
              </span>
            </p>
          )}
        </div>
        <Button label="Newer (k)" icon="up" onClick={() => move(-1)} isOff={!neighbour(-1)} />
        <Button label="Older (j)" icon="down" onClick={() => move(1)} isOff={!neighbour(1)} />
        <Button label="Close (Esc)" icon="close" onClick={close} isOff={false} />
      </header>
      <div className="min-h-0 flex-1 overflow-y-auto p-4" tabIndex={0} role="region" aria-label="Details">
        {detail.isPending && <ListSkeleton />}
        {detail.isError && <Failed what="This request" fault={detail.error} onRetry={() => void detail.refetch()} />}
        {detail.data && !detail.isError && (
          <div aria-busy={isOther} className={isOther ? 'opacity-60' : ''}>
            <Detail run={detail.data} view={view} />
          </div>
        )}
      </div>
    </Drawer>
  )
}

const Button = (props: {
  readonly label: string
  readonly icon: IconName
  readonly onClick: () => void
  readonly isOff: boolean
}) => (
  <button
    type="button"
    aria-label={props.label}
    title={props.label}
    disabled={props.isOff}
    className="inline-flex size-7 shrink-0 items-center justify-center rounded-sm text-dim enabled:hover:bg-raised enabled:hover:text-ink disabled:opacity-35"
    onClick={props.onClick}
  >
    <Icon name={props.icon} />
  </button>
)
