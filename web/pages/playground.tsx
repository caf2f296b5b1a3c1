/** Where a request would go, and why: it is decided and not sent, and what is pasted here is stored nowhere. */
import { useMutation } from '@tanstack/react-query'
import { useState, type ReactNode } from 'react'
import type { Playground as Decided } from '../../src/control/simulate-shapes.ts'
import type { Simulation } from '../../src/neutral/simulation.ts'
import { write } from '../api.ts'
import { Decision } from '../parts/playground-decision.tsx'
import { SimulatedSums } from '../parts/playground-sums.tsx'
import { Section } from '../parts/section.tsx'
import {
  emptyForm,
  endpoints,
  modes,
  playOf,
  trialOf,
  type PlayAsk,
  type PlayForm,
  type TrialAsk,
} from '../state/playground.ts'

export function Playground() {
  const [form, setForm] = useState<PlayForm>(emptyForm)
  const [fault, setFault] = useState<string | null>(null)
  const decide = useMutation({ mutationFn: (ask: PlayAsk) => write<Decided>('POST', '/v1/telemetry/playground', ask) })
  const replay = useMutation({
    mutationFn: (ask: TrialAsk) => write<Simulation>('POST', '/v1/telemetry/simulate', ask),
  })
  const edit = (part: Partial<PlayForm>) => setForm((before) => ({ ...before, ...part }))
  const submit = () => {
    const asked = playOf(form)
    setFault(asked.kind === 'fault' ? asked.sentence : null)
    // One fault is shown, that of the last press; and no decision beside it that was made of something else.
    if (replay.isError) replay.reset()
    if (asked.kind === 'ask') decide.mutate(asked.ask)
    else decide.reset()
  }
  const submitReplay = () => {
    const asked = trialOf(form)
    setFault(asked.kind === 'fault' ? asked.sentence : null)
    if (decide.isError) decide.reset()
    if (asked.kind === 'ask') replay.mutate(asked.ask)
    else replay.reset()
  }
  return (
    <div className="mx-auto flex w-full max-w-[1440px] flex-col gap-3 p-3 sm:p-4">
      <h1 className="sr-only">Playground</h1>
      <div className="grid items-start gap-3 xl:grid-cols-2">
        <Section title="Request" note="decided, not sent; stored nowhere" testId="play-form">
          <form
            aria-label="Request"
            className="flex flex-col gap-3 p-3"
            onSubmit={(event) => {
              event.preventDefault()
              submit()
            }}
          >
            <RequestFields form={form} onEdit={edit} />
            <SettingFields form={form} onEdit={edit} />
            <p role="alert" className="whitespace-pre-line text-danger empty:hidden" data-testid="play-fault">
              {fault ?? decide.error?.message ?? replay.error?.message}
            </p>
            <div className="flex flex-wrap gap-2">
              <button className="button border-accent text-accent" disabled={decide.isPending} data-testid="decide">
                {decide.isPending ? 'Deciding…' : 'Where would it go?'}
              </button>
              <button
                type="button"
                className="button"
                disabled={replay.isPending}
                onClick={submitReplay}
                data-testid="replay"
              >
                {replay.isPending ? 'Replaying…' : 'Try these settings on the last 7 days'}
              </button>
            </div>
          </form>
        </Section>
        <div className="flex min-w-0 flex-col gap-3">
          {decide.data && <Decision found={decide.data} />}
          {replay.data && <SimulatedSums found={replay.data} />}
        </div>
      </div>
    </div>
  )
}

interface FieldsProps {
  readonly form: PlayForm
  readonly onEdit: (part: Partial<PlayForm>) => void
}

function RequestFields({ form, onEdit }: FieldsProps) {
  return (
    <>
      <Field label="A JSON body, or a prompt">
        <textarea
          className="field min-h-40 font-mono text-xs"
          value={form.text}
          spellCheck={false}
          onChange={(event) => onEdit({ text: event.target.value })}
        />
      </Field>
      <div className="grid gap-3 sm:grid-cols-2">
        <Field label="Endpoint">
          <select
            className="field"
            value={form.endpoint}
            onChange={(event) => onEdit({ endpoint: event.target.value })}
          >
            {endpoints.map((endpoint) => (
              <option key={endpoint}>{endpoint}</option>
            ))}
          </select>
        </Field>
        <TextField label="Model, unless the body names one" value={form.model} onEdit={(model) => onEdit({ model })} />
        <TextField label="Agent, as claude-code" value={form.agent} onEdit={(agent) => onEdit({ agent })} />
        <TextField
          label="Answered before by, as anthropic/claude-opus-4-6"
          value={form.home}
          onEdit={(home) => onEdit({ home })}
        />
        <TextField
          label="Tokens in its prompt cache"
          value={form.cachedTokens}
          onEdit={(cachedTokens) => onEdit({ cachedTokens })}
        />
      </div>
    </>
  )
}

const SettingFields = ({ form, onEdit }: FieldsProps) => (
  <fieldset className="grid gap-3 border-t border-line pt-3">
    <legend className="text-xs text-dim">Settings to try; nothing is saved</legend>
    <Field label="routing.mode">
      <select className="field" value={form.mode} onChange={(event) => onEdit({ mode: event.target.value })}>
        <option value="">as in force</option>
        {modes.map((mode) => (
          <option key={mode}>{mode}</option>
        ))}
      </select>
    </Field>
    <Field label='More of routing, JSON: {"rules": [{"when": {"task": ["tool_use"]}, "use": "rp:fast"}]}'>
      <textarea
        className="field min-h-20 font-mono text-xs"
        value={form.routing}
        spellCheck={false}
        onChange={(event) => onEdit({ routing: event.target.value })}
      />
    </Field>
  </fieldset>
)

const Field = ({ label, children }: { readonly label: string; readonly children: ReactNode }) => (
  <label className="flex min-w-0 flex-col gap-1">
    <span className="text-xs text-dim">{label}</span>
    {children}
  </label>
)

const TextField = (props: {
  readonly label: string
  readonly value: string
  readonly onEdit: (text: string) => void
}) => (
  <Field label={props.label}>
    <input className="field" value={props.value} onChange={(event) => props.onEdit(event.target.value)} />
  </Field>
)
