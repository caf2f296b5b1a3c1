/** The command table. Everything that completes, documents or checks commands reads it from here. */
import { alerts } from './alerts/index.ts'
import { budget } from './budget/index.ts'
import { cache } from './cache/index.ts'
import { agents } from './agents.ts'
import { completion } from './completion.ts'
import { config } from './config/index.ts'
import { dashboard } from './dashboard.ts'
import { explain } from './explain.ts'
import { init } from './init.ts'
import { logs } from './logs.ts'
import { signals } from './model-signals.ts'
import { prices } from './prices/index.ts'
import type { CommandTable } from './find-command.ts'
import { sessions } from './sessions.ts'
import { simulate } from './simulate.ts'
import { start } from './start.ts'
import { stats } from './stats.ts'
import { status } from './status.ts'
import { token } from './token.ts'

export const table: CommandTable = {
  description: 'A proxy between AI agents and model providers that records what every request really costs.',
  byDefault: 'start',
  commands: {
    start,
    init,
    status,
    stats,
    signals,
    logs,
    explain,
    sessions,
    agents,
    simulate,
    budget,
    alerts,
    cache,
    dashboard,
    config,
    prices,
    token,
    completion: completion(() => table),
  },
}
