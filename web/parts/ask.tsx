/** A question over the page, on the browser's own modal dialog: Esc and the backdrop close it, the focus goes back. */
import { useRef, type ReactNode } from 'react'
import { useModal } from './modal.ts'

interface Props {
  readonly title: string
  readonly onClose: () => void
  readonly children: ReactNode
}

export function Ask({ title, onClose, children }: Props) {
  const dialog = useRef<HTMLDialogElement>(null)
  useModal(dialog)
  return (
    <dialog
      ref={dialog}
      aria-label={title}
      data-testid="ask"
      className="m-auto w-96 max-w-[calc(100vw-2rem)] rounded-md border border-line bg-panel p-4 text-ink"
      onCancel={(event) => {
        event.preventDefault()
        onClose()
      }}
      onPointerDown={(event) => {
        const { left, right, top, bottom } = event.currentTarget.getBoundingClientRect()
        const { clientX: x, clientY: y } = event
        if (x < left || x > right || y < top || y > bottom) onClose()
      }}
    >
      <h2 className="text-base font-semibold">{title}</h2>
      {children}
    </dialog>
  )
}

/** The dialog's buttons, the one that does it first. */
export const AskButtons = ({ children }: { readonly children: ReactNode }) => (
  <div className="mt-4 flex flex-wrap gap-2">{children}</div>
)
