/** The names that people gave to agents, for what shows agents. */
import { AppError } from '../neutral/error.ts'
import type { Figures } from './figures.ts'

/** By the agents' own names. */
export type AgentNames = ReadonlyMap<string, string>

export async function agentNamesIn(figures: Figures): Promise<AgentNames> {
  try {
    const { agents } = await figures.agents(new URLSearchParams())
    return new Map(agents.flatMap(({ agent, name }) => (name === null ? [] : [[agent, name]])))
  } catch (fault) {
    // A server that was started before an upgrade has no such address, and no names.
    if (fault instanceof AppError && fault.status === 404) return new Map()
    throw fault
  }
}
