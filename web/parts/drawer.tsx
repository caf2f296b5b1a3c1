/** A panel from the side on the browser's own modal dialog: it keeps the focus, closes on Esc and gives the focus back. */
import { useEffect, useRef, type KeyboardEvent, type ReactNode } from 'react'
import { useModal } from './modal.ts'

interface Props {
  /** Names the dialog. */
  readonly label: string
  readonly onClose: () => void
  /** To the next (1) or the previous (-1) entry of the list behind. */
  readonly onMove: (step: 1 | -1) => void
  readonly children: ReactNode
}

const steps: Readonly<Record<string, 1 | -1>> = { ArrowDown: 1, j: 1, ArrowUp: -1, k: -1 }

export function Drawer({ label, onClose, onMove, children }: Props) {
  const dialog = useRef<HTMLDialogElement>(null)
  useModal(dialog)
  useEffect(() => {
    // What had the focus may have gone with the entry before; keys reach the dialog only from inside it.
    if (document.activeElement === document.body) dialog.current?.focus()
  })
  return (
    <dialog
      ref={dialog}
      aria-label={label}
      data-testid="drawer"
      tabIndex={-1}
      className="outline-none fixed inset-y-0 left-auto right-0 m-0 flex h-dvh max-h-none w-[640px] max-w-full flex-col overflow-hidden border-l border-line bg-panel text-ink"
      onCancel={(event) => {
        event.preventDefault()
        onClose()
      }}
      onPointerDown={(event) => {
        // Its children fill the dialog: a press on the dialog itself is one on the backdrop.
        if (event.target === event.currentTarget) onClose()
      }}
      onKeyDown={(event) => {
        if (event.key === 'Tab') keepFocus(event)
        const step = steps[event.key]
        if (step === undefined || event.ctrlKey || event.metaKey || event.altKey) return
        event.preventDefault()
        onMove(step)
      }}
    >
      {children}
    </dialog>
  )
}

/** A modal dialog lets Tab leave for the browser's own controls; in here it goes round. */
function keepFocus(event: KeyboardEvent<HTMLDialogElement>): void {
  const stops = event.currentTarget.querySelectorAll<HTMLElement>('a, button:enabled, [tabindex="0"]')
  const [from, to] = event.shiftKey ? [stops[0], stops[stops.length - 1]] : [stops[stops.length - 1], stops[0]]
  if (document.activeElement !== from || !to) return
  event.preventDefault()
  to.focus()
}
