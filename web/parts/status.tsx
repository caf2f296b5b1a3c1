/** How a request ended, and how a provider stands, in words with a mark: the words carry the meaning, the colour repeats it. */
import type { StandingLine } from '../state/standing.ts'

type Tone = 'ok' | 'warn' | 'danger'

const words: Readonly<Record<string, string>> = {
  client_abort: 'aborted',
  upstream_reset: 'reset',
}

export function toneOf(outcome: string, status: number | null): Tone {
  if (outcome === 'client_abort') return 'warn'
  return outcome === 'complete' && (status ?? 200) < 400 ? 'ok' : 'danger'
}

const marks = { ok: 'bg-ok', warn: 'bg-warn', danger: 'bg-danger' } as const
/** What went well needs no colour of its own in a long list. */
const inks = { ok: '', warn: 'text-warn', danger: 'text-danger' } as const

/** `200`, `429 failed`, `aborted` */
export function Status({ outcome, status }: { readonly outcome: string; readonly status: number | null }) {
  const tone = toneOf(outcome, status)
  const word = outcome === 'complete' ? null : (words[outcome] ?? outcome)
  return (
    <span
      className={`inline-flex items-center gap-1.5 whitespace-nowrap ${inks[tone]}`}
      title={`${outcome}${status === null ? '; no status was sent' : `, HTTP ${status}`}`}
    >
      <span aria-hidden="true" className={`size-1.5 rounded-full ${marks[tone]}`} />
      {[status, word ?? (status === null ? 'complete' : null)].filter((part) => part !== null).join(' ')}
    </span>
  )
}

/** `ready`, `lab: used up until 11:00:00` */
export function Standing({ lines }: { readonly lines: readonly StandingLine[] }) {
  return (
    <ul data-testid="standing">
      {lines.map(({ tone, text }) => (
        <li key={text} className={`flex items-baseline gap-1.5 ${inks[tone]}`}>
          <span aria-hidden="true" className={`size-1.5 shrink-0 rounded-full ${marks[tone]}`} />
          {text}
        </li>
      ))}
    </ul>
  )
}
