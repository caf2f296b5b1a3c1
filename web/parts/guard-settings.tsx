/** The money guard's settings as a form: only what was changed is sent, and what the server refuses stands at its field. */
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import type { GuardSettings } from '../../src/control/guard-shapes.ts'
import { changeGuardSettings, fetchGuardSettings } from '../guard-api.ts'
import { fieldGroups, type Field, type FieldGroup } from '../state/guard-fields.ts'
import {
  changedFields,
  changeOf,
  draftOf,
  maskOf,
  sortFaults,
  type Draft,
  type Drafts,
  type Faults,
} from '../state/guard-form.ts'
import { useCanWrite, useWrite } from '../state/write.ts'
import { Reading, Section } from './section.tsx'
import { SettingField } from './setting-field.tsx'

const fields = fieldGroups.flatMap((group) => group.fields)
const touched = ['guard-settings', 'budgets', 'cache', 'alerts']

export function GuardSettingsForm() {
  const settings = useQuery({ queryKey: ['guard-settings'], queryFn: ({ signal }) => fetchGuardSettings(signal) })
  return (
    <Section title="Settings" testId="settings" note="in the config file; a change is in force at once">
      <Reading query={settings} what="The settings">
        {(data) => <Form settings={data} />}
      </Reading>
    </Section>
  )
}

function Form({ settings }: { readonly settings: GuardSettings }) {
  const canWrite = useCanWrite()
  const queries = useQueryClient()
  const [drafts, setDrafts] = useState<Drafts>({})
  const save = useWrite((part: unknown) => changeGuardSettings(part), touched)
  const changed = changedFields(fields, drafts, settings)
  const faults = save.error ? sortFaults(save.error.message, fields) : null
  const edit = (path: string, draft: Draft) => setDrafts((before) => ({ ...before, [path]: draft }))
  const show = (saved: GuardSettings) => {
    queries.setQueryData(['guard-settings'], saved)
    setDrafts({})
  }
  const discard = () => {
    setDrafts({})
    save.reset()
  }
  return (
    <form
      aria-label="Settings of the money guard"
      onSubmit={(event) => {
        event.preventDefault()
        if (changed.length > 0) save.mutate(changeOf(changed, drafts, settings), { onSuccess: show })
      }}
    >
      {canWrite === false && (
        <p className="border-b border-line px-3 py-2 text-dim">
          Shown, not to be changed: this browser is not logged in, as the top of the page says.
        </p>
      )}
      <fieldset disabled={canWrite === false || save.isPending}>
        <legend className="sr-only">Settings</legend>
        {fieldGroups.map((group) => (
          <Group key={group.title} {...{ group, settings, drafts, changed, faults }} onEdit={edit} />
        ))}
      </fieldset>
      <div
        className={
          changed.length > 0 || faults || save.isSuccess
            ? 'sticky bottom-0 z-10 flex flex-wrap items-center gap-2 border-t border-line bg-panel px-3 py-2'
            : 'sr-only'
        }
      >
        {changed.length > 0 && (
          <>
            <button className="button border-accent text-accent" disabled={save.isPending} data-testid="save">
              {save.isPending ? 'Saving…' : `Save ${changed.length === 1 ? '1 change' : `${changed.length} changes`}`}
            </button>
            <button type="button" className="button" onClick={discard} disabled={save.isPending}>
              Discard
            </button>
          </>
        )}
        <p role="status" className="text-ok empty:hidden" data-testid="saved-note">
          {save.isSuccess && changed.length === 0 && 'Saved, and in force.'}
        </p>
        <p role="alert" className="whitespace-pre-line text-danger empty:hidden" data-testid="save-fault">
          {faults && ['Nothing was changed.', ...faults.others].join('\n')}
        </p>
      </div>
    </form>
  )
}

function Group(props: {
  readonly group: FieldGroup
  readonly settings: GuardSettings
  readonly drafts: Drafts
  readonly changed: readonly Field[]
  readonly faults: Faults | null
  readonly onEdit: (path: string, draft: Draft) => void
}) {
  const { group, settings, drafts, changed, faults } = props
  const [isOpen, setOpen] = useState(false)
  const faulty = group.fields.filter(({ path }) => faults?.byPath[path] !== undefined).length
  const touchedHere = group.fields.filter((field) => changed.includes(field)).length
  return (
    <details
      className="border-t border-line first-of-type:border-t-0"
      data-testid={`group-${group.fields[0]?.path.split('.')[0]}`}
      open={isOpen || faulty > 0}
      onToggle={(event) => setOpen(event.currentTarget.open)}
    >
      <summary className="px-3 py-2 font-medium hover:bg-raised">
        {group.title}
        {touchedHere > 0 && <span className="ml-2 font-normal text-accent">{touchedHere} changed</span>}
        {faulty > 0 && <span className="ml-2 font-normal text-danger">{faulty} not accepted</span>}
      </summary>
      <div className="grid gap-x-6 gap-y-4 px-3 pb-4 pt-1 md:grid-cols-2 xl:grid-cols-3">
        {group.fields.map((field) => (
          <SettingField
            key={field.path}
            field={field}
            draft={drafts[field.path] ?? draftOf(field, settings)}
            mask={maskOf(field, settings)}
            fault={faults?.byPath[field.path] ?? null}
            onEdit={(draft) => props.onEdit(field.path, draft)}
          />
        ))}
      </div>
    </details>
  )
}
