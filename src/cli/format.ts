/** Figures as a person reads them: dollars, tokens, durations, times of the local clock. */

/** Nano-USD. Cents from one dollar on; below, so many digits that something is left to see. */
export function formatUsd(nanoUsd: number | null): string {
  if (nanoUsd === null) return 'unpriced'
  const usd = nanoUsd / 1e9
  const magnitude = Math.abs(usd)
  if (magnitude === 0) return '$0'
  const [least, most] = magnitude >= 1 ? [2, 2] : magnitude >= 0.01 ? [4, 4] : magnitude >= 0.000_001 ? [4, 6] : [9, 9]
  const text = magnitude.toLocaleString('en-US', { minimumFractionDigits: least, maximumFractionDigits: most })
  return `${usd < 0 ? '-' : ''}$${text}`
}

export const formatCount = (count: number | null): string => (count === null ? '' : count.toLocaleString('en-US'))

export const formatRequests = (count: number): string => `${formatCount(count)} ${count === 1 ? 'request' : 'requests'}`

/** `4.1 MiB` */
export function formatBytes(bytes: number): string {
  const units = ['KiB', 'MiB', 'GiB'] as const
  if (bytes < 1024) return `${bytes} B`
  const power = Math.min(units.length, Math.floor(Math.log2(bytes) / 10))
  const figure = bytes / 1024 ** power
  return `${figure < 10 && !Number.isInteger(figure) ? figure.toFixed(1) : Math.round(figure)} ${units[power - 1]}`
}

export function formatDuration(ms: number | null): string {
  if (ms === null) return ''
  if (ms < 999.5) return `${Math.round(ms)} ms`
  if (ms < 59_995) return `${(ms / 1000).toFixed(2)} s`
  return formatSpan(ms)
}

/** The two largest units of what may be days: `3 d 4 h`, `5 m 6 s`. */
export function formatSpan(ms: number): string {
  const seconds = Math.round(ms / 1000)
  const parts: readonly (readonly [number, string])[] = [
    [Math.floor(seconds / 86_400), 'd'],
    [Math.floor(seconds / 3600) % 24, 'h'],
    [Math.floor(seconds / 60) % 60, 'm'],
    [seconds % 60, 's'],
  ]
  const first = parts.findIndex(([count]) => count > 0)
  if (first === -1) return '0 s'
  return parts
    .slice(first, first + 2)
    .map(([count, unit]) => `${count} ${unit}`)
    .join(' ')
}

/** `2026-11-22 09:05:07` on the local clock. */
export function formatTime(ms: number): string {
  const date = new Date(ms)
  const two = (figure: number) => String(figure).padStart(2, '0')
  const day = `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`
  return `${day} ${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}`
}
