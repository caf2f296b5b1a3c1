/** Where commands get figures and requests from: the running server where there is one, else the database file. */
import type { AgentPage, SessionPage } from '../control/guard-shapes.ts'
import type { Savings } from '../control/savings-shapes.ts'
import type { RunDetail, RunPage, Stats } from '../control/shapes.ts'
import type { SignalPage } from '../control/signals-shapes.ts'
import { AppError } from '../neutral/error.ts'
import type { Invocation } from './command.ts'
import { findServer } from './remote.ts'

export interface Figures {
  stats(query: URLSearchParams): Promise<Stats>
  savings(query: URLSearchParams): Promise<Savings>
  signals(query: URLSearchParams): Promise<SignalPage>
  runs(query: URLSearchParams): Promise<RunPage>
  run(id: string): Promise<RunDetail>
  sessions(query: URLSearchParams): Promise<SessionPage>
  agents(query: URLSearchParams): Promise<AgentPage>
}

/**
 * Hands the figures to `ask` and closes what was opened for them.
 * @throws AppError where nothing has been recorded yet, and what `ask` throws.
 */
export async function withFigures<T>(invocation: Invocation, ask: (figures: Figures) => Promise<T>): Promise<T> {
  const { environment, clock, name } = invocation
  const server = await findServer(environment)
  if (server !== null) {
    return ask({
      stats: async (query) => (await server.get(`/v1/telemetry/stats?${query}`)) as Stats,
      savings: async (query) => (await server.get(`/v1/telemetry/savings?${query}`)) as Savings,
      signals: async (query) => (await server.get(`/v1/telemetry/signals?${query}`)) as SignalPage,
      runs: async (query) => (await server.get(`/v1/telemetry/runs?${query}`)) as RunPage,
      run: async (id) => (await server.get(`/v1/telemetry/runs/${encodeURIComponent(id)}`)) as RunDetail,
      sessions: async (query) => (await server.get(`/sessions?${query}`)) as SessionPage,
      agents: async (query) => (await server.get(`/agents?${query}`)) as AgentPage,
    })
  }
  const { openRecordedFigures } = await import('../app/offline.ts')
  const recorded = openRecordedFigures(environment.paths.database, clock)
  if (recorded === null) {
    throw new AppError('not-found', `Nothing is recorded in ${environment.paths.home} yet. "${name} start" begins.`)
  }
  try {
    return await ask({
      stats: async (query) => recorded.stats(query),
      savings: async (query) => recorded.savings(query),
      signals: async (query) => recorded.signals(query),
      runs: async (query) => recorded.runs(query),
      run: async (id) => recorded.run(id),
      sessions: async (query) => recorded.sessions(query),
      agents: async (query) => recorded.agents(query),
    })
  } finally {
    recorded.close()
  }
}
