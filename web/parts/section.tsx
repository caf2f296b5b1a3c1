/** A part of a page with a heading, and how it looks while it is read, when that failed, and with what was read. */
import type { UseQueryResult } from '@tanstack/react-query'
import { useId, type ReactNode } from 'react'
import { ApiError } from '../api.ts'
import { Failed } from './notice.tsx'

interface SectionProps {
  readonly title: string
  readonly note?: ReactNode
  /** Controls at the end of the heading's line. */
  readonly actions?: ReactNode
  readonly testId?: string
  readonly children: ReactNode
}

export function Section({ title, note, actions, testId, children }: SectionProps) {
  const id = useId()
  return (
    <section aria-labelledby={id} data-testid={testId} className="panel min-w-0">
      <header className="flex min-h-10 flex-wrap items-center gap-x-3 gap-y-1 border-b border-line px-3 py-1">
        <h2 id={id} className="font-medium">
          {title}
        </h2>
        <span className="text-xs text-dim">{note}</span>
        <span className="ml-auto flex flex-wrap items-center gap-2">{actions}</span>
      </header>
      {children}
    </section>
  )
}

interface ReadingProps<T> {
  readonly query: UseQueryResult<T>
  /** `The limits` */
  readonly what: string
  readonly children: (data: T) => ReactNode
}

/** While the server is gone the shell says so; what was read before stays, dimmed. */
export function Reading<T>({ query, what, children }: ReadingProps<T>) {
  const { data, error } = query
  const isOld = data !== undefined && error instanceof ApiError && error.status === null
  return (
    <>
      {query.isPending && (
        <div role="status" aria-label={`Reading: ${what}`} data-testid="skeleton" className="flex flex-col gap-2 p-3">
          {Array.from({ length: 4 }, (_, index) => (
            <div key={index} className="skeleton h-6" />
          ))}
        </div>
      )}
      {error && !isOld && (
        <div className="p-3">
          <Failed what={what} fault={error} onRetry={() => void query.refetch()} />
        </div>
      )}
      {data !== undefined && <div className={error ? 'opacity-60' : ''}>{children(data)}</div>}
    </>
  )
}

export const Empty = ({ children }: { readonly children: ReactNode }) => <p className="p-3 text-dim">{children}</p>
