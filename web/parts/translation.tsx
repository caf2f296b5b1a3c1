/** A request that was put into another dialect: from which into which, and what had no place there, by name. */
import { useState } from 'react'

interface Props {
  readonly dialect: string
  readonly translatedTo: string
  readonly dropped: readonly string[]
}

/** Some three lines of labels; few requests lose more. */
const folded = 12

export function Translation({ dialect, translatedTo, dropped }: Props) {
  return (
    <dl className="flex flex-col gap-1.5">
      <div className="flex gap-3">
        <dt className="w-16 shrink-0 text-dim">dialect</dt>
        <dd data-testid="dialects" className="min-w-0 break-words">
          {dialect} <span className="text-dim">→</span> {translatedTo}
        </dd>
      </div>
      <div className="flex gap-3">
        <dt className="w-16 shrink-0 text-dim">left out</dt>
        <dd className="min-w-0">{dropped.length === 0 ? 'nothing' : <Names names={dropped} />}</dd>
      </div>
    </dl>
  )
}

function Names({ names }: { readonly names: readonly string[] }) {
  const [isAll, setAll] = useState(false)
  const isLong = names.length > folded
  const shown = isLong && !isAll ? names.slice(0, folded) : names
  return (
    <ul data-testid="dropped" className="flex flex-wrap gap-1">
      {shown.map((name) => (
        <li
          key={name}
          className="max-w-full rounded-sm border border-line bg-raised px-1.5 font-mono text-xs leading-4.5 [overflow-wrap:anywhere]"
        >
          {name}
        </li>
      ))}
      {isLong && (
        <li>
          <button
            type="button"
            className="link rounded-sm px-1 text-xs leading-5"
            aria-expanded={isAll}
            onClick={() => setAll(!isAll)}
          >
            {isAll ? `show the first ${folded}` : `show all ${names.length}`}
          </button>
        </li>
      )}
    </ul>
  )
}
