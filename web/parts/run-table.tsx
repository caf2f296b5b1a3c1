/**
 * The request list as a real table of which only the rows in sight exist, and the one that has the focus: spacer rows stand for
 * the rest, so a list of any length scrolls alike. It knows nothing of where rows come from.
 */
import { defaultRangeExtractor, useVirtualizer } from '@tanstack/react-virtual'
import { Fragment, useEffect, useMemo, useRef, useState, useSyncExternalStore, type KeyboardEvent } from 'react'
import { flushSync } from 'react-dom'
import type { Run } from '../../src/control/shapes.ts'
import { Link } from './link.tsx'
import { runColumns } from './run-columns.tsx'

interface Props {
  readonly rows: readonly Run[]
  readonly nowMs: number
  /** The request in the drawer. */
  readonly openId: string | null
  readonly hrefOf: (id: string) => string
  /** Called near the end of the rows; may be called again and again. */
  readonly onEnd: () => void
  readonly onScrolledAway: (isAway: boolean) => void
  /** Changes when the list should go back to its top. */
  readonly topSignal: number
  readonly footer: string
}

const small = matchMedia('(max-width: 639px)')
const watchSmall = (listener: () => void) => {
  small.addEventListener('change', listener)
  return () => small.removeEventListener('change', listener)
}

const headHeight = 32
const endMargin = 40

export function RunTable({ rows, nowMs, openId, hrefOf, onEnd, onScrolledAway, topSignal, footer }: Props) {
  const rowHeight = useSyncExternalStore(watchSmall, () => small.matches) ? 48 : 28
  const box = useRef<HTMLDivElement>(null)
  // By its id: rows that arrive above it move it.
  const [focusId, setFocusId] = useState<string | null>(null)
  const focusIndex = useMemo(() => rows.findIndex((run) => run.id === focusId), [rows, focusId])
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => box.current,
    estimateSize: () => rowHeight,
    getItemKey: (index) => rows[index]?.id ?? index,
    overscan: 12,
    // The first row begins under the head.
    paddingStart: headHeight,
    scrollPaddingStart: headHeight,
    rangeExtractor: (range) =>
      focusIndex < 0
        ? defaultRangeExtractor(range)
        : [...new Set([...defaultRangeExtractor(range), focusIndex])].sort((a, b) => a - b),
  })
  useEffect(() => {
    // A list begins at its top, wherever the one before it was.
    onScrolledAway(false)
  }, [])
  useEffect(() => {
    virtual.measure()
  }, [virtual, rowHeight])
  useEffect(() => {
    if (box.current) box.current.scrollTop = 0
  }, [topSignal])
  const items = virtual.getVirtualItems()
  const isAtEnd = (virtual.range?.endIndex ?? 0) >= rows.length - endMargin
  useEffect(() => {
    if (isAtEnd) onEnd()
  })
  const openIndex = openId === null ? -1 : rows.findIndex((run) => run.id === openId)
  useEffect(() => {
    if (openIndex >= 0) virtual.scrollToIndex(openIndex)
    // Only when another request is opened: rows that arrive must not move the list.
  }, [openId])
  const after = virtual.getTotalSize() - (items.at(-1)?.end ?? headHeight)
  /** Keys that walk the rows; Enter is the link's own. */
  const onKeyDown = (event: KeyboardEvent<HTMLDivElement>) => {
    const from = (event.target as HTMLElement).dataset['row']
    const perPage = Math.max(1, Math.floor((event.currentTarget.clientHeight - headHeight) / rowHeight) - 1)
    const move = from === undefined ? undefined : moves[event.key]?.(Number(from), perPage)
    if (move === undefined || event.ctrlKey || event.metaKey || event.altKey || event.shiftKey) return
    event.preventDefault()
    const to = Math.min(Math.max(move, 0), rows.length - 1)
    // It may be far out of sight: it has to be there before it can take the focus.
    flushSync(() => setFocusId(rows[to]?.id ?? null))
    virtual.scrollToIndex(to)
    event.currentTarget.querySelector<HTMLElement>(`[data-row="${to}"]`)?.focus({ preventScroll: true })
  }
  return (
    <div
      ref={box}
      data-testid="run-scroll"
      className="min-h-0 flex-1 overflow-y-auto overflow-x-hidden [overflow-anchor:none]"
      onScroll={(event) => onScrolledAway(event.currentTarget.scrollTop > rowHeight)}
      onFocus={(event) => setFocusId(event.target.closest<HTMLElement>('[data-id]')?.dataset['id'] ?? null)}
      onBlur={() => setFocusId(null)}
      onKeyDown={onKeyDown}
    >
      <table className="w-full table-fixed" aria-rowcount={-1} aria-label="Requests, newest first">
        <thead className="list-head bg-panel text-left text-xs text-dim">
          <tr className="h-8">
            {runColumns.map((column) => (
              <th
                key={column.label}
                scope="col"
                title={column.hint}
                className={`px-2 font-normal first:pl-3 last:pr-3 ${column.className}`}
              >
                {column.label}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {items.map((item, at) => {
            const run = rows[item.index]
            const gap = item.start - (items[at - 1]?.end ?? headHeight)
            return (
              run && (
                <Fragment key={run.id}>
                  {gap > 0 && <tr aria-hidden="true" style={{ height: gap }} />}
                  <Row {...{ run, nowMs, hrefOf }} index={item.index} isOpen={run.id === openId} />
                </Fragment>
              )
            )
          })}
          {after > 0 && <tr aria-hidden="true" style={{ height: after }} />}
        </tbody>
      </table>
      <p className="px-3 py-2 text-center text-xs text-dim">{footer}</p>
    </div>
  )
}

function Row(props: {
  readonly run: Run
  readonly nowMs: number
  readonly index: number
  readonly isOpen: boolean
  readonly hrefOf: (id: string) => string
}) {
  const { run, index } = props
  return (
    <tr
      aria-rowindex={index + 2}
      data-testid="run"
      data-id={run.id}
      className={`relative h-7 max-sm:h-12 ${props.isOpen ? 'bg-raised' : 'hover:bg-raised'} has-[:focus-visible]:outline-2 has-[:focus-visible]:-outline-offset-2 has-[:focus-visible]:outline-accent`}
    >
      {runColumns.map((column) => (
        <td key={column.label} className={`truncate px-2 first:pl-3 last:pr-3 ${column.className}`}>
          {column.label === 'model' ? (
            <Link
              href={props.hrefOf(run.id)}
              data-row={index}
              className="block truncate outline-none after:absolute after:inset-0"
            >
              {column.cell(run, props.nowMs)}
            </Link>
          ) : (
            column.cell(run, props.nowMs)
          )}
        </td>
      ))}
    </tr>
  )
}

/** Where a key leads from a row, with so many rows in sight; maybe beyond the list's ends. */
const moves: Readonly<Record<string, (from: number, perPage: number) => number>> = {
  ArrowDown: (from) => from + 1,
  j: (from) => from + 1,
  ArrowUp: (from) => from - 1,
  k: (from) => from - 1,
  PageDown: (from, perPage) => from + perPage,
  PageUp: (from, perPage) => from - perPage,
  Home: () => 0,
  End: () => Number.POSITIVE_INFINITY,
}
