/** Shows a dialog as a modal one while it is there. Closing it gives the focus back to what opened it: the browser sees to that. */
import { useLayoutEffect, type RefObject } from 'react'

export function useModal(dialog: RefObject<HTMLDialogElement | null>): void {
  // Not `useEffect`: it ends after the dialog has gone from the page, and one that has gone gives nothing back.
  useLayoutEffect(() => {
    const shown = dialog.current
    shown?.showModal()
    return () => shown?.close()
  }, [dialog])
}
