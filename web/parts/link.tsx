/** A link within the dashboard: a real address, gone to without loading the page again. */
import type { ComponentProps, MouseEvent } from 'react'
import { navigate } from '../state/location.ts'

/** Clicks that the browser has its own meaning for (new tab, new window, download) stay the browser's. */
const isPlain = (event: MouseEvent) =>
  event.button === 0 && !event.metaKey && !event.ctrlKey && !event.shiftKey && !event.altKey

type Props = ComponentProps<'a'> & { readonly href: string }

export function Link({ href, onClick, ...rest }: Props) {
  return (
    <a
      href={href}
      onClick={(event) => {
        onClick?.(event)
        if (event.defaultPrevented || !isPlain(event)) return
        event.preventDefault()
        navigate(href)
      }}
      {...rest}
    />
  )
}
