/** Agents with what they cost in the view, under the names that people gave them; filters go by their own. */
import { useState, type FormEvent } from 'react'
import type { AgentLine } from '../../src/control/guard-shapes.ts'
import { renameAgent } from '../guard-api.ts'
import { requestsHref } from '../state/location.ts'
import { onlyFilter, type View } from '../state/view.ts'
import { useWrite } from '../state/write.ts'
import { Action, NotChanged } from './action.tsx'
import { Ask, AskButtons } from './ask.tsx'
import { DataTable, type DataColumn } from './data-table.tsx'
import { exactUsd, formatCompact, formatCount, formatUsd } from './format.ts'

interface Props {
  readonly agents: readonly AgentLine[]
  readonly view: View
}

const tokensOf = (row: AgentLine): number =>
  row.inputTokens + row.cacheReadTokens + row.cacheWriteTokens + row.outputTokens

const nameOf = (row: AgentLine): string => row.name ?? (row.agent || 'no agent')

export function AgentTable({ agents, view }: Props) {
  const [renamed, setRenamed] = useState<AgentLine | null>(null)
  const columns: readonly DataColumn<AgentLine>[] = [
    { id: 'name', label: 'Agents', isNumber: false, value: nameOf, cell: nameOf },
    {
      id: 'own',
      label: 'own name',
      hint: 'As it was told from its requests',
      isNumber: false,
      className: 'w-40 max-md:hidden',
      value: (row) => row.agent,
      cell: (row) => <span className="text-dim">{row.name === null ? '' : row.agent}</span>,
    },
    {
      id: 'cost',
      label: 'cost',
      hint: 'Of priced and estimated requests, all billing kinds together',
      isNumber: true,
      className: 'w-26 max-sm:w-24',
      value: (row) => row.costNanoUsd,
      cell: (row) =>
        row.unpriced > 0 && row.unpriced === row.requests ? (
          <span className="text-warn">unpriced</span>
        ) : (
          <span
            title={`${exactUsd(row.costNanoUsd)}${row.unpriced > 0 ? `, without ${formatCount(row.unpriced)} unpriced` : ''}`}
          >
            {formatUsd(row.costNanoUsd)}
          </span>
        ),
    },
    {
      id: 'requests',
      label: 'requests',
      isNumber: true,
      className: 'w-20',
      value: (row) => row.requests,
      cell: (row) => <span title={formatCount(row.requests)}>{formatCompact(row.requests)}</span>,
    },
    {
      id: 'tokens',
      label: 'tokens',
      hint: 'Uncached input, cache reads, cache writes and output together',
      isNumber: true,
      className: 'w-20 max-sm:hidden',
      value: tokensOf,
      cell: (row) => <span title={formatCount(tokensOf(row))}>{formatCompact(tokensOf(row))}</span>,
    },
    {
      id: 'rename',
      label: '',
      isNumber: false,
      className: 'w-20',
      value: () => '',
      // Above the link that covers the row.
      cell: (row) =>
        row.agent !== '' && (
          <span className="relative z-1">
            <Action
              className="link"
              testId="rename"
              label={`Rename ${nameOf(row)}`}
              title="Gives it another name"
              onPress={() => setRenamed(row)}
            >
              Rename
            </Action>
          </span>
        ),
    },
  ]
  return (
    <>
      <DataTable
        title="Agents"
        columns={columns}
        rows={agents}
        folded={25}
        note={null}
        keyOf={(row) => row.agent}
        nameOf={nameOf}
        titleOf={(row) => `${row.agent || 'no agent'}: show its requests`}
        isActive={() => false}
        hrefOf={(row) => requestsHref(onlyFilter(view, 'agent', [row.agent]))}
      />
      {renamed && <Rename agent={renamed} onClose={() => setRenamed(null)} />}
    </>
  )
}

function Rename({ agent, onClose }: { readonly agent: AgentLine; readonly onClose: () => void }) {
  const [name, setName] = useState(agent.name ?? '')
  const rename = useWrite((next: string | null) => renameAgent(agent.agent, next), ['agents', 'sessions'])
  const give = (next: string | null) => rename.mutate(next, { onSuccess: onClose })
  const submit = (event: FormEvent) => {
    event.preventDefault()
    give(name.trim() === '' ? null : name.trim())
  }
  return (
    <Ask title={`Rename ${nameOf(agent)}`} onClose={onClose}>
      <form onSubmit={submit}>
        <label className="mt-2 block text-xs text-dim">
          Name
          <input
            autoFocus
            maxLength={100}
            autoComplete="off"
            className="field mt-1 block w-full text-sm text-ink"
            placeholder={agent.agent}
            value={name}
            onChange={(event) => setName(event.target.value)}
          />
        </label>
        <p className="mt-1 text-xs text-dim">
          Shown instead of {agent.agent}; filters and limits go on using that. Empty: its own name again.
        </p>
        <NotChanged fault={rename.error} />
        <AskButtons>
          <button className="button border-accent text-accent" disabled={rename.isPending}>
            Save
          </button>
          <button type="button" className="button" onClick={onClose}>
            Cancel
          </button>
        </AskButtons>
      </form>
    </Ask>
  )
}
