/**
 * A chart over time, on uPlot. It draws plain values and hands back the span that was dragged over. Charts on one page
 * share a cursor, and the legend shows the values under it: nothing floats, nothing moves.
 */
import { useEffect, useMemo, useRef, useState, type ReactNode } from 'react'
import UPlot from 'uplot'
import { useIsDark } from '../state/theme.ts'
import { stackUp, type Values } from '../state/stack.ts'
import { chartHeight, chartOptions } from './chart-options.ts'
import { formatMinute } from './format.ts'

export interface ChartSeries {
  readonly label: string
  /** A token of the stylesheet: `data-1`. */
  readonly colour: string
  readonly values: Values
  readonly isDashed?: boolean
  /** Shown in the legend while no point is under the cursor. */
  readonly whole?: string
}

export interface ChartProps {
  readonly title: string
  readonly kind: 'bars' | 'lines'
  /** Starts of the steps, Unix ms, evenly spaced. */
  readonly startsMs: readonly number[]
  readonly stepMs: number
  readonly series: readonly ChartSeries[]
  /** Writes a value in the legend; `formatAxis` on the axis, where it should be short. */
  readonly format: (value: number | null) => string
  readonly formatAxis?: (value: number) => string
  /** Where the axis ends while all values are 0. */
  readonly emptyTop?: number
  /** For values that span orders of magnitude. */
  readonly isLog?: boolean
  /** Values as they stand at the end of their step, not sums over it. */
  readonly isAtEnd?: boolean
  readonly onSelect: (fromMs: number, toMs: number) => void
  /** Under the plot. */
  readonly children?: ReactNode
}

export function Chart(props: ChartProps) {
  const { title, kind, startsMs, stepMs, series, format, isAtEnd = false } = props
  const box = useRef<HTMLDivElement>(null)
  const plot = useRef<UPlot>(null)
  const [index, setIndex] = useState<number | null>(null)
  const isDark = useIsDark()
  const newest = useRef(props)
  useEffect(() => {
    newest.current = props
  })
  const data = useMemo((): UPlot.AlignedData => {
    const values = series.map((one) => one.values)
    const drawn = kind === 'bars' ? stackUp(values) : values
    // A sum over a step is drawn around its middle.
    const shiftMs = isAtEnd ? stepMs : stepMs / 2
    return [startsMs.map((start) => (start + shiftMs) / 1000), ...drawn] as UPlot.AlignedData
  }, [kind, startsMs, stepMs, series, isAtEnd])
  const shape = series.map((one) => `${one.label}|${one.colour}`).join()

  useEffect(() => {
    if (!box.current) return
    const made = new UPlot(
      chartOptions(box.current, () => newest.current, setIndex),
      data,
      box.current,
    )
    plot.current = made
    const watch = new ResizeObserver(([entry]) => {
      if (entry) made.setSize({ width: Math.floor(entry.contentRect.width), height: chartHeight })
    })
    watch.observe(box.current)
    return () => {
      watch.disconnect()
      made.destroy()
      plot.current = null
    }
    // New data goes in by setData below; only what uPlot fixes at its making is listed.
  }, [shape, kind, isDark])
  useEffect(() => {
    plot.current?.setData(data)
  }, [data])

  const at = index === null ? undefined : startsMs[index]
  return (
    <figure className="panel min-w-0 px-3 pb-1 pt-3" aria-label={title}>
      <figcaption className="flex flex-wrap items-baseline gap-x-3 text-xs">
        <span className="text-sm font-medium">{title}</span>
        <span className="text-dim">{at !== undefined && formatMinute(isAtEnd ? at + stepMs : at)}</span>
        <span className="ml-auto flex flex-wrap gap-x-3">
          {series.map((one) => (
            <span key={one.label} className="flex items-center gap-1 text-dim">
              <Swatch colour={one.colour} isDashed={one.isDashed ?? false} />
              {one.label}
              <span className="text-ink">{index === null ? one.whole : format(one.values[index] ?? null)}</span>
            </span>
          ))}
        </span>
      </figcaption>
      <div ref={box} aria-hidden="true" className="mt-2 h-[168px] overflow-hidden" />
      {props.children}
    </figure>
  )
}

const Swatch = ({ colour, isDashed }: { readonly colour: string; readonly isDashed: boolean }) => (
  <span
    aria-hidden="true"
    className={isDashed ? 'w-4 border-t-2 border-dashed' : 'size-2 rounded-sm'}
    style={isDashed ? { borderColor: `var(--color-${colour})` } : { background: `var(--color-${colour})` }}
  />
)
