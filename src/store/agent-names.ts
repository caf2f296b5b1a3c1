/** The names that people gave to agents, by the agents' own. They are shown; what is recorded and filtered by is the own one. */
import type { Database } from 'bun:sqlite'

const selectNames = 'SELECT agent, name FROM agent_names'
const upsertName = `INSERT INTO agent_names (agent, name) VALUES (?, ?)
ON CONFLICT (agent) DO UPDATE SET name = excluded.name`
const deleteName = 'DELETE FROM agent_names WHERE agent = ?'

export const readAgentNames = (database: Database): ReadonlyMap<string, string> =>
  new Map(
    database
      .query<{ agent: string; name: string }, []>(selectNames)
      .all()
      .map(({ agent, name }) => [agent, name]),
  )

/** @param name null: its own again. */
export function writeAgentName(database: Database, agent: string, name: string | null): void {
  if (name === null) database.query<unknown, [string]>(deleteName).run(agent)
  else database.query<unknown, [string, string]>(upsertName).run(agent, name)
}
