/** A setting of several entries: rows to add, change and take away. */
import type { Column } from '../state/guard-fields.ts'
import type { Row } from '../state/guard-form.ts'
import { Icon } from './icons.tsx'

interface Props {
  readonly columns: readonly Column[]
  readonly rows: readonly Row[]
  readonly label: string
  readonly onEdit: (rows: readonly Row[]) => void
}

/** A new row: of each choice the first. */
const newRow = (columns: readonly Column[]): Row =>
  Object.fromEntries(columns.map(({ name, choices }) => [name, choices?.[0] ?? '']))

const widths = { text: 'min-w-0 flex-1 basis-28', number: 'w-20', choice: 'w-auto' } as const

export function SettingRows({ columns, rows, label, onEdit }: Props) {
  const change = (at: number, name: string, text: string) =>
    onEdit(rows.map((row, index) => (index === at ? { ...row, [name]: text } : row)))
  return (
    <div className="flex flex-col gap-2">
      <ol className="flex flex-col gap-2 empty:hidden">
        {rows.map((row, index) => (
          <li key={index} className="flex flex-wrap items-end gap-2">
            {columns.map((column) => (
              <label key={column.name} className={`text-xs text-dim ${widths[column.kind]}`}>
                {column.label}
                <Cell
                  column={column}
                  text={row[column.name] ?? ''}
                  name={`${column.label}, entry ${index + 1} of ${label}`}
                  onEdit={(text) => change(index, column.name, text)}
                />
              </label>
            ))}
            <button
              type="button"
              className="button"
              aria-label={`Remove entry ${index + 1} of ${label}`}
              title="Remove"
              onClick={() => onEdit(rows.filter((_, at) => at !== index))}
            >
              <Icon name="close" />
            </button>
          </li>
        ))}
      </ol>
      <button type="button" className="button self-start" onClick={() => onEdit([...rows, newRow(columns)])}>
        Add<span className="sr-only"> to {label}</span>
      </button>
    </div>
  )
}

function Cell(props: {
  readonly column: Column
  readonly name: string
  readonly text: string
  readonly onEdit: (text: string) => void
}) {
  const { column, name, text, onEdit } = props
  const look = 'field mt-0.5 block w-full text-sm text-ink'
  if (column.kind !== 'choice') {
    return (
      <input
        aria-label={name}
        className={look}
        autoComplete="off"
        spellCheck={false}
        inputMode={column.kind === 'number' ? 'decimal' : 'text'}
        value={text}
        onChange={(event) => onEdit(event.target.value)}
      />
    )
  }
  return (
    <select aria-label={name} className={look} value={text} onChange={(event) => onEdit(event.target.value)}>
      {column.choices?.map((word) => (
        <option key={word} value={word}>
          {word === '' ? 'as above' : word}
        </option>
      ))}
    </select>
  )
}
