/** One setting to be typed in: its label, its control by kind, what it is for, and what the server says against it. */
import { useId } from 'react'
import type { Field } from '../state/guard-fields.ts'
import type { Draft } from '../state/guard-form.ts'
import { SettingRows } from './setting-rows.tsx'

interface Props {
  readonly field: Field
  readonly draft: Draft
  /** What is set of a secret, as it may be shown; null where nothing is. */
  readonly mask: string | null
  readonly fault: string | null
  readonly onEdit: (draft: Draft) => void
}

export function SettingField(props: Props) {
  const { field, fault } = props
  const id = useId()
  const isWide = field.kind === 'list'
  const isGroup = field.kind === 'list' || field.kind === 'table' || field.kind === 'choices'
  return (
    <div
      className={`min-w-0 ${isWide ? 'md:col-span-2 xl:col-span-3' : ''}`}
      data-setting={field.path}
      {...(isGroup ? { role: 'group', 'aria-labelledby': `${id}-label` } : {})}
    >
      <div className="flex items-center gap-2">
        {field.kind === 'switch' && <Control {...props} id={id} />}
        {isGroup ? (
          <span id={`${id}-label`} className="font-medium" title={field.path}>
            {field.label}
          </span>
        ) : (
          <label id={`${id}-label`} htmlFor={id} className="font-medium" title={field.path}>
            {field.label}
          </label>
        )}
      </div>
      {field.kind !== 'switch' && (
        <div className="mt-1">
          <Control {...props} id={id} />
        </div>
      )}
      <p id={`${id}-help`} className="mt-1 text-xs text-dim">
        {field.help}
      </p>
      {fault !== null && (
        <p id={`${id}-fault`} className="whitespace-pre-line text-xs text-danger" data-testid="field-fault">
          {fault}
        </p>
      )}
    </div>
  )
}

function Control(props: Props & { readonly id: string }) {
  const { field, draft, fault, onEdit, id } = props
  const text = typeof draft === 'string' ? draft : ''
  const described = {
    id,
    'aria-describedby': fault === null ? `${id}-help` : `${id}-help ${id}-fault`,
    'aria-invalid': fault !== null || undefined,
  }
  switch (field.kind) {
    case 'switch':
      return (
        <button
          type="button"
          role="switch"
          {...described}
          aria-checked={text === 'true'}
          className="switch"
          onClick={() => onEdit(text === 'true' ? 'false' : 'true')}
        />
      )
    case 'choice':
      return (
        <select {...described} className="field w-full" value={text} onChange={(event) => onEdit(event.target.value)}>
          {field.choices.map((word) => (
            <option key={word} value={word}>
              {word === '' ? 'as above' : word}
            </option>
          ))}
        </select>
      )
    case 'choices':
      return <Choices choices={field.choices} text={text} onEdit={onEdit} />
    case 'number':
      return (
        <span className="flex items-center gap-2">
          <input
            {...described}
            inputMode="decimal"
            autoComplete="off"
            className="field w-32 placeholder:text-dim"
            placeholder={field.isNullable ? 'no limit' : ''}
            value={text}
            onChange={(event) => onEdit(event.target.value)}
          />
          <span className="text-dim">{field.unit}</span>
        </span>
      )
    case 'text':
    case 'percents':
    case 'unpriced':
      return (
        <input
          {...described}
          autoComplete="off"
          spellCheck={false}
          className="field w-full"
          value={text}
          onChange={(event) => onEdit(event.target.value)}
        />
      )
    case 'secret':
      return <Secret {...props} described={described} />
    case 'list':
    case 'table':
      return (
        <SettingRows
          columns={field.columns}
          rows={typeof draft === 'string' ? [] : draft}
          label={field.label}
          onEdit={onEdit}
        />
      )
  }
  field satisfies never
}

function Choices(props: {
  readonly choices: readonly string[]
  readonly text: string
  readonly onEdit: (text: string) => void
}) {
  const picked = props.text.split(', ').filter((word) => word !== '')
  const toggle = (word: string) =>
    props.onEdit(props.choices.filter((one) => picked.includes(one) !== (one === word)).join(', '))
  return (
    <span className="flex flex-wrap gap-x-4 gap-y-1">
      {props.choices.map((word) => (
        <label key={word} className="flex items-center gap-1.5">
          <input
            type="checkbox"
            className="accent-accent"
            checked={picked.includes(word)}
            onChange={() => toggle(word)}
          />
          {word}
        </label>
      ))}
    </span>
  )
}

/** What is set is never filled in: an empty field leaves it, anything typed replaces it. */
function Secret({ draft, mask, onEdit, described }: Props & { readonly described: { readonly id: string } }) {
  const isRemoved = typeof draft !== 'string'
  return (
    <span className="flex items-center gap-2">
      <input
        {...described}
        autoComplete="off"
        spellCheck={false}
        className="field min-w-0 flex-1 placeholder:text-dim"
        placeholder={isRemoved ? 'to be removed' : (mask ?? 'not set')}
        value={isRemoved ? '' : draft}
        onChange={(event) => onEdit(event.target.value)}
      />
      {mask !== null && (
        <button type="button" className="button" onClick={() => onEdit(isRemoved ? '' : [])}>
          {isRemoved ? 'Keep' : 'Remove'}
        </button>
      )}
    </span>
  )
}
