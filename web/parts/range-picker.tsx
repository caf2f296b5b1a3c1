/** Picks the time range: presets, any window back from now, or a span with two ends. */
import { useEffect, useRef, useState, type FormEvent } from 'react'
import { navigate } from '../state/location.ts'
import { isAllTime, isWindow, presets, withRange, type Range, type View } from '../state/view.ts'
import { formatInputTime, formatMinute } from './format.ts'

export const rangeLabel = (range: Range): string =>
  range.kind === 'window'
    ? isAllTime(range)
      ? 'all time'
      : `last ${range.window}`
    : `${formatMinute(range.fromMs)} – ${formatMinute(range.toMs)}`

interface Props {
  readonly view: View
  /** The address of this page in another view. */
  readonly hrefOf: (view: View) => string
}

export function RangePicker({ view, hrefOf }: Props) {
  const [isOpen, setOpen] = useState(false)
  const box = useRef<HTMLDivElement>(null)
  const { range } = view
  const pick = (next: Range) => {
    setOpen(false)
    navigate(hrefOf(withRange(view, next)))
  }
  useEffect(() => {
    if (!isOpen) return
    const close = (event: Event) => {
      if (!box.current?.contains(event.target as Node)) setOpen(false)
    }
    document.addEventListener('pointerdown', close)
    document.addEventListener('focusin', close)
    return () => {
      document.removeEventListener('pointerdown', close)
      document.removeEventListener('focusin', close)
    }
  }, [isOpen])
  const isPreset = range.kind === 'window' && presets.some((preset) => preset === range.window)
  const segment =
    'h-full border-l border-line px-2 first:border-l-0 hover:bg-raised aria-pressed:bg-raised aria-pressed:font-semibold aria-pressed:text-accent -outline-offset-2'
  return (
    <div
      ref={box}
      className="relative max-w-full"
      onKeyDown={(event) => {
        if (event.key === 'Escape' && isOpen) {
          setOpen(false)
          box.current?.querySelector<HTMLElement>('[aria-expanded]')?.focus()
        }
      }}
    >
      <div role="group" aria-label="Time range" className="panel flex h-7 overflow-hidden rounded-sm text-xs">
        {presets.map((preset) => (
          <button
            key={preset}
            type="button"
            className={segment}
            aria-pressed={range.kind === 'window' && range.window === preset}
            onClick={() => pick({ kind: 'window', window: preset })}
          >
            {preset}
          </button>
        ))}
        <button
          type="button"
          className={`${segment} truncate`}
          aria-pressed={!isPreset}
          aria-expanded={isOpen}
          onClick={() => setOpen(!isOpen)}
        >
          {isPreset ? 'Custom' : rangeLabel(range)}
        </button>
      </div>
      {isOpen && <CustomRange range={range} onPick={pick} />}
    </div>
  )
}

const dayMs = 86_400_000

function readFields(event: FormEvent<HTMLFormElement>, ...names: readonly string[]): string[] {
  event.preventDefault()
  const form = new FormData(event.currentTarget)
  return names.map((name) => {
    const value = form.get(name)
    return typeof value === 'string' ? value.trim() : ''
  })
}

function CustomRange({ range, onPick }: { readonly range: Range; readonly onPick: (range: Range) => void }) {
  const [problem, setProblem] = useState<string | null>(null)
  const nowMs = Date.now()
  const [fromMs, toMs] = range.kind === 'span' ? [range.fromMs, range.toMs] : [nowMs - dayMs, nowMs]
  const pickWindow = (event: FormEvent<HTMLFormElement>) => {
    const [window = ''] = readFields(event, 'window')
    if (isWindow(window)) onPick({ kind: 'window', window })
    else setProblem('A window is a number and m, h, d or w: 90m, 36h, 2w.')
  }
  const pickSpan = (event: FormEvent<HTMLFormElement>) => {
    const [from = 0, to = 0] = readFields(event, 'from', 'to').map((text) => Date.parse(text))
    if (to > from) onPick({ kind: 'span', fromMs: from, toMs: to })
    else setProblem('The end must come after the start.')
  }
  return (
    <div className="panel popover flex w-72 flex-col gap-3 p-3">
      <form onSubmit={pickWindow} className="flex items-end gap-2">
        <label className="flex-1 text-xs text-dim">
          Back from now
          <input
            name="window"
            autoFocus
            onFocus={(event) => event.currentTarget.select()}
            className="field mt-1 block w-full text-sm text-ink"
            placeholder="90m"
            defaultValue={range.kind === 'window' ? range.window : ''}
          />
        </label>
        <button className="button">Apply</button>
      </form>
      <form onSubmit={pickSpan} className="flex flex-col gap-2 border-t border-line pt-3">
        <label className="block text-xs text-dim">
          From
          <input
            name="from"
            type="datetime-local"
            required
            className="field mt-1 block w-full text-sm text-ink"
            defaultValue={formatInputTime(fromMs)}
          />
        </label>
        <label className="block text-xs text-dim">
          To
          <input
            name="to"
            type="datetime-local"
            required
            className="field mt-1 block w-full text-sm text-ink"
            defaultValue={formatInputTime(toMs)}
          />
        </label>
        <button className="button self-start">Apply</button>
      </form>
      <p role="alert" className="text-danger empty:hidden">
        {problem}
      </p>
    </div>
  )
}
