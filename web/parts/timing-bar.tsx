/** How long a request took: waiting for the first byte, then receiving. */
import { formatMs } from './format.ts'

interface Props {
  readonly firstByteMs: number | null
  readonly durationMs: number
}

export function TimingBar({ firstByteMs, durationMs }: Props) {
  const waitedMs = Math.min(firstByteMs ?? durationMs, durationMs)
  const share = durationMs > 0 ? (waitedMs / durationMs) * 100 : 100
  const spans = [
    ['first byte', formatMs(firstByteMs), 'bg-data-5'],
    ...(firstByteMs === null ? [] : [['receiving', formatMs(durationMs - waitedMs), 'bg-data-1'] as const]),
    ['total', formatMs(durationMs), null],
  ] as const
  return (
    <>
      <div aria-hidden="true" className="flex h-2 gap-px overflow-hidden rounded-sm">
        <span className="bg-data-5" style={{ width: `${share}%` }} />
        {firstByteMs !== null && <span className="flex-1 bg-data-1" />}
      </div>
      <dl className="mt-1.5 flex flex-wrap gap-x-4">
        {spans.map(([label, value, colour]) => (
          <div key={label} className="flex items-center gap-1.5">
            {colour && <span aria-hidden="true" className={`size-2 rounded-sm ${colour}`} />}
            <dt className="text-dim">{label}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
    </>
  )
}
