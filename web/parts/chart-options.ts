/** What uPlot is told once per chart: scales, axes, how each series is drawn, and what a drag means. */
import UPlot from 'uplot'
import type { ChartProps } from './chart.tsx'
import { formatTick } from './format.ts'

/** Its box in chart.tsx has the same. */
export const chartHeight = 168
/** What stands beside the plot: the axis, and room for half of `11-22` at its other end. */
export const plotLeft = 56
export const plotRight = 20
const font = '11px system-ui, sans-serif'

/** A canvas does not resolve variables: an element does it for it. */
function readColour(within: HTMLElement, token: string): string {
  const probe = document.createElement('span')
  probe.style.color = `var(--color-${token})`
  within.append(probe)
  const colour = getComputedStyle(probe).color
  probe.remove()
  return colour
}

const isMove = (event: string): boolean => event === 'mousemove'

/** Points that no line reaches: their neighbours have no value. */
const isolated: UPlot.Series.Points.Filter = (plot, index) => {
  const values = plot.data[index] ?? []
  return [...values.keys()].filter((at) => values[at] != null && values[at - 1] == null && values[at + 1] == null)
}

/** Whole powers of ten around the values; uPlot gives nulls where there are none. */
const decades = (least: number | null, most: number | null): [number, number] => [
  10 ** Math.floor(Math.log10(Math.max(least ?? 1, 1))),
  10 ** Math.ceil(Math.log10(Math.max(most ?? 10, 10))),
]

const powers = (least: number, most: number): number[] => {
  const first = Math.round(Math.log10(least))
  return Array.from({ length: Math.round(Math.log10(most)) - first + 1 }, (_, step) => 10 ** (first + step))
}

export function chartOptions(
  box: HTMLElement,
  props: () => ChartProps,
  onIndex: (index: number | null) => void,
): UPlot.Options {
  const { kind, series, isLog = false } = props()
  const [dim, line] = [readColour(box, 'dim'), readColour(box, 'line')]
  const bars = UPlot.paths.bars?.({ size: [0.8, 48], align: 0 })
  const axis = { stroke: dim, font, ticks: { show: false }, labelGap: 0 }
  return {
    width: Math.max(box.clientWidth, 100),
    height: chartHeight,
    padding: [8, plotRight, 0, 0],
    legend: { show: false },
    cursor: {
      // Where the pointer is, and not its button: what is dragged over one chart is not dragged over the others.
      sync: { key: 'overview', setSeries: false, filters: { pub: isMove, sub: isMove } },
      points: { show: kind === 'lines' },
      y: false,
      drag: { setScale: false, x: true, y: false },
    },
    scales: {
      x: {
        time: true,
        range: () => {
          const { startsMs, stepMs } = props()
          const firstMs = startsMs[0] ?? 0
          return [firstMs / 1000, (firstMs + startsMs.length * stepMs) / 1000]
        },
      },
      y: isLog
        ? { distr: 3, range: (_plot, least, most) => decades(least, most) }
        : { range: (_plot, _least, most) => [0, most > 0 ? most * 1.05 : (props().emptyTop ?? 1)] },
    },
    axes: [
      {
        ...axis,
        space: 64,
        size: 26,
        gap: 8,
        grid: { show: false },
        values: (_plot, splits, _axis, _space, step) => splits.map((at) => formatTick(at * 1000, step)),
      },
      {
        ...axis,
        space: 32,
        size: plotLeft,
        grid: { stroke: line, width: 1 },
        ...(isLog ? { splits: (_plot, _axis, least, most) => powers(least, most) } : {}),
        values: (_plot, splits) => {
          const { format, formatAxis = format } = props()
          return splits.map((value) => formatAxis(value))
        },
      },
    ],
    series: [
      {},
      ...series.map((one): UPlot.Series => {
        const colour = readColour(box, one.colour)
        if (kind === 'bars' && bars) return { paths: bars, fill: colour, width: 0, points: { show: false } }
        return {
          stroke: colour,
          width: 1.5,
          points: { show: true, size: 4, fill: colour, filter: isolated },
          ...(one.isDashed ? { dash: [4, 3] } : {}),
        }
      }),
    ],
    hooks: {
      setCursor: [(plot) => onIndex(plot.cursor.idx ?? null)],
      setSelect: [
        (plot) => {
          const { left, width } = plot.select
          if (width < 4) return
          plot.setSelect({ left: 0, top: 0, width: 0, height: 0 }, false)
          const { startsMs, stepMs, onSelect } = props()
          const firstMs = startsMs[0] ?? 0
          const stepAt = (pixel: number) => (plot.posToVal(pixel, 'x') * 1000 - firstMs) / stepMs
          const [from, to] = [Math.floor(stepAt(left)), Math.ceil(stepAt(left + width))]
          onSelect(firstMs + from * stepMs, firstMs + to * stepMs)
        },
      ],
    },
  }
}
