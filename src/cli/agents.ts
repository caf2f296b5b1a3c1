/** `agents` and `agents rename`: what each agent cost, and the names that people give to agents. */
import type { AgentLine, AgentPage } from '../control/guard-shapes.ts'
import { AppError } from '../neutral/error.ts'
import { command, type Invocation, jsonArg, UsageError } from './command.ts'
import { withFigures } from './figures.ts'
import { conditionArgs, filterQuery, windowArgs } from './filter-args.ts'
import type { Printer } from './print.ts'
import { findServer } from './remote.ts'
import { printUnpricedNote, sumCells, sumColumns } from './sums.ts'

const rename = command({
  description: 'Give an agent a name to be shown by; filters and limits keep its own.',
  args: {
    agent: { type: 'positional', required: true, description: 'Its own name, as "agents" lists it.' },
    name: { type: 'positional', required: false, description: 'The new name, up to 100 characters.' },
    reset: { type: 'boolean', description: 'Show it by its own name again.' },
    json: jsonArg,
  },
  async run(args, invocation) {
    if ((args.name === undefined) === (args.reset !== true)) throw new UsageError('Give either <name> or --reset.')
    const page = await renamed(args.agent, args.name ?? null, invocation)
    if (args.json) invocation.print.json(page.agents.find(({ agent }) => agent === args.agent) ?? null)
    else invocation.print.line(`${args.agent} is shown as ${args.name ?? args.agent}.`)
  },
})

export const agents = command({
  description: 'List the agents of a window of time, dearest first; the command below names them.',
  args: { ...windowArgs, ...conditionArgs, json: jsonArg },
  subCommands: { rename },
  async run(args, invocation) {
    const query = filterQuery(args, windowArgs, conditionArgs)
    const found = await withFigures(invocation, (figures) => figures.agents(query))
    if (args.json) invocation.print.json(found)
    else if (found.agents.length === 0) invocation.print.notice('No agent matches.')
    else printAgents(found.agents, invocation.print)
  },
})

/** The running server does it itself: one writer of the file at a time. */
async function renamed(agent: string, name: string | null, { environment, clock }: Invocation): Promise<AgentPage> {
  const server = await findServer(environment)
  if (server !== null) return (await server.put(`/agents/${encodeURIComponent(agent)}`, { name })) as AgentPage
  const { renameRecordedAgent } = await import('../app/offline.ts')
  const page = renameRecordedAgent(environment.paths.database, agent, name, clock)
  if (page === null) throw new AppError('not-found', `Nothing is recorded in ${environment.paths.home} yet.`)
  return page
}

function printAgents(lines: readonly AgentLine[], print: Printer): void {
  const isNamed = lines.some(({ name }) => name !== null)
  print.table(
    [...(isNamed ? [{ title: 'name' }] : []), { title: 'agent' }, ...sumColumns],
    lines.map((line) => [...(isNamed ? [line.name ?? ''] : []), line.agent, ...sumCells(line)]),
  )
  printUnpricedNote(lines, print)
}
