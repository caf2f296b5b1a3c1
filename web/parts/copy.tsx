/** A button that copies a text and says that it did. */
import { useEffect, useState } from 'react'
import { Icon } from './icons.tsx'

/** @returns Whether the text is in the clipboard. */
async function writeClipboard(text: string): Promise<boolean> {
  // Absent on plain http beyond localhost.
  if (navigator.clipboard)
    return navigator.clipboard.writeText(text).then(
      () => true,
      () => false,
    )
  const area = document.createElement('textarea')
  area.value = text
  // A modal dialog makes all else inert, so the field must stand inside it to be selected.
  ;(document.querySelector('dialog[open]') ?? document.body).append(area)
  area.select()
  const isDone = document.execCommand('copy')
  area.remove()
  return isDone
}

/** @param what Names the text for those who hear the page: `request id`. */
export function CopyButton({ text, what }: { readonly text: string; readonly what: string }) {
  const [state, setState] = useState<'ready' | 'copied' | 'failed'>('ready')
  useEffect(() => {
    if (state === 'ready') return
    const timer = setTimeout(() => setState('ready'), 2_000)
    return () => clearTimeout(timer)
  }, [state])
  const copy = async () => setState((await writeClipboard(text)) ? 'copied' : 'failed')
  return (
    <button
      type="button"
      className="inline-flex size-6 shrink-0 items-center justify-center rounded-sm text-dim hover:bg-raised hover:text-ink"
      aria-label={`Copy ${what}`}
      title={`Copy ${what}`}
      onClick={() => void copy()}
    >
      <Icon name={state === 'copied' ? 'check' : 'copy'} />
      <span role="status" className="sr-only">
        {state === 'copied' ? 'Copied' : state === 'failed' ? 'The browser refused to copy' : ''}
      </span>
    </button>
  )
}
