/** Sentences about the state of things: what failed, what is missing, what to do. */
import type { ReactNode } from 'react'

/** A panel that could not be shown. */
export function Failed({
  what,
  fault,
  onRetry,
}: {
  /** `The figures`, `The request list` */
  readonly what: string
  readonly fault: Error
  readonly onRetry: () => void
}) {
  return (
    <div role="alert" data-testid="failed" className="panel border-danger p-4">
      <p className="font-medium">{what} could not be shown.</p>
      <p className="mt-1 text-dim">{fault.message}</p>
      <button type="button" className="button mt-3" onClick={onRetry}>
        Try again
      </button>
    </div>
  )
}

/** Nothing to show, and why. */
export const Blank = ({ title, children }: { readonly title: string; readonly children?: ReactNode }) => (
  <div data-testid="blank" className="px-4 py-12 text-center">
    <p className="text-base font-medium">{title}</p>
    <div className="mt-2 text-dim">{children}</div>
  </div>
)

/** A bar across the page. */
export const Bar = ({ tone, children }: { readonly tone: 'danger' | 'warn'; readonly children: ReactNode }) => (
  <div
    role={tone === 'danger' ? 'alert' : 'status'}
    className={`border-b border-line border-l-4 bg-panel px-4 py-2 ${tone === 'danger' ? 'border-l-danger' : 'border-l-warn'}`}
  >
    {children}
  </div>
)
