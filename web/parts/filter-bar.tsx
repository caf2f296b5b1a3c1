/** One field for every filter: type or pick, Enter adds, chips take away. `/` goes there from anywhere on the page. */
import { useQuery } from '@tanstack/react-query'
import { useMemo, useState, type KeyboardEvent } from 'react'
import { fetchStats } from '../api.ts'
import { navigate } from '../state/location.ts'
import { listFacets, suggest, type Suggestion } from '../state/suggest.ts'
import {
  apiQuery,
  hasFilters,
  sayValue,
  toggleFilter,
  withoutFilters,
  type Dimension,
  type View,
} from '../state/view.ts'
import { formatCompact, shortId } from './format.ts'
import { Icon } from './icons.tsx'

interface Props {
  readonly view: View
  readonly hrefOf: (view: View) => string
  /** What this page can filter by. */
  readonly offered: readonly Dimension[]
}

const optionId = (index: number) => `filter-option-${index}`
const facetsFreshMs = 60_000

export function FilterBar({ view, hrefOf, offered }: Props) {
  const [text, setText] = useState('')
  const [isOpen, setOpen] = useState(false)
  const [active, setActive] = useState(0)
  const query = apiQuery(withoutFilters(view), 'sums')
  const stats = useQuery({
    queryKey: ['facets', query],
    queryFn: ({ signal }) => fetchStats(query, signal),
    enabled: isOpen,
    staleTime: facetsFreshMs,
  })
  const facets = useMemo(() => listFacets(stats.data), [stats.data])
  const options = isOpen ? suggest(text, facets, view, offered) : []
  const add = ({ dimension, value }: Suggestion) => {
    setText('')
    setActive(0)
    navigate(hrefOf(toggleFilter(view, dimension, value)))
  }
  const onKeyDown = (event: KeyboardEvent<HTMLInputElement>) => {
    const moves: Readonly<Record<string, number>> = { ArrowDown: 1, ArrowUp: -1 }
    const move = moves[event.key]
    if (move !== undefined) {
      event.preventDefault()
      setOpen(true)
      if (options.length > 0) setActive((active + move + options.length) % options.length)
    } else if (event.key === 'Enter') {
      const option = options[active]
      if (option) add(option)
    } else if (event.key === 'Escape') {
      if (isOpen) setOpen(false)
      else event.currentTarget.blur()
    } else if (event.key === 'Backspace' && text === '') removeLast()
  }
  const chips = offered.flatMap((dimension) => (view.filters[dimension] ?? []).map((value) => ({ dimension, value })))
  const removeLast = () => {
    const last = chips.at(-1)
    if (last) navigate(hrefOf(toggleFilter(view, last.dimension, last.value)))
  }
  return (
    <div className="flex min-w-0 flex-1 flex-wrap items-center gap-2 max-sm:order-1 max-sm:basis-full">
      <div className="relative w-full sm:w-80">
        <input
          id="filter"
          type="text"
          role="combobox"
          aria-label="Filter requests"
          aria-expanded={options.length > 0}
          aria-controls="filter-options"
          aria-autocomplete="list"
          aria-activedescendant={options.length > 0 ? optionId(active) : undefined}
          autoComplete="off"
          spellCheck={false}
          className="field w-full placeholder:text-dim"
          placeholder="Filter by model, provider, agent…  /"
          value={text}
          onChange={(event) => {
            setText(event.target.value)
            setActive(0)
            setOpen(true)
          }}
          onFocus={() => setOpen(true)}
          onClick={() => setOpen(true)}
          onBlur={() => setOpen(false)}
          onKeyDown={onKeyDown}
        />
        <Options options={options} active={active} onPick={add} />
        {isOpen && text !== '' && options.length === 0 && (
          <p role="status" className="panel popover w-full p-2 text-dim">
            Nothing in this time range has that. Write <code>session:…</code> for a value in full.
          </p>
        )}
      </div>
      {chips.length > 0 && (
        <ul aria-label="Filters in force" className="flex min-w-0 flex-wrap gap-1">
          {chips.map(({ dimension, value }) => (
            <li key={`${dimension}:${value}`} className="max-w-full">
              <button
                type="button"
                data-testid="chip"
                className="button h-6 max-w-full border-accent px-1.5 text-xs"
                title={`Remove ${dimension}: ${value}`}
                onClick={() => navigate(hrefOf(toggleFilter(view, dimension, value)))}
              >
                <span className="text-dim">{dimension}</span>
                <span className="truncate">
                  {dimension === 'session' ? shortId(value) : sayValue(dimension, value)}
                </span>
                <span className="sr-only">, remove this filter</span>
                <Icon name="close" />
              </button>
            </li>
          ))}
          {chips.length > 1 && hasFilters(view) && (
            <li>
              <button
                type="button"
                className="button h-6 border-transparent bg-transparent text-xs text-dim"
                onClick={() => navigate(hrefOf(withoutFilters(view)))}
              >
                Clear all
              </button>
            </li>
          )}
        </ul>
      )}
    </div>
  )
}

function Options(props: {
  readonly options: readonly Suggestion[]
  readonly active: number
  readonly onPick: (option: Suggestion) => void
}) {
  return (
    <ul
      id="filter-options"
      role="listbox"
      aria-label="Filters to add"
      // What scrolls would be a stop for Tab, and this list is gone as soon as the field has lost the focus.
      tabIndex={-1}
      className="panel popover max-h-80 w-full overflow-y-auto py-1 empty:hidden"
      onMouseDown={(event) => event.preventDefault()}
    >
      {props.options.map((option, index) => (
        <li
          key={`${option.dimension}:${option.value}`}
          id={optionId(index)}
          role="option"
          aria-selected={index === props.active}
          ref={(node) => {
            if (index === props.active) node?.scrollIntoView({ block: 'nearest' })
          }}
          className="flex cursor-pointer gap-2 px-2 py-0.5 hover:bg-raised aria-selected:bg-raised aria-selected:outline aria-selected:-outline-offset-1 aria-selected:outline-line"
          onPointerDown={(event) => {
            // The field keeps the focus, so the list stays while more is picked.
            event.preventDefault()
            props.onPick(option)
          }}
        >
          <span className="w-16 shrink-0 text-dim">{option.dimension}</span>
          <span className="min-w-0 flex-1 truncate" title={option.value}>
            {sayValue(option.dimension, option.value)}
          </span>
          {option.requests !== null && <span className="text-dim">{formatCompact(option.requests)}</span>}
        </li>
      ))}
    </ul>
  )
}
