/** Behind the endpoints of simulate and the playground: settings that are tried, over history and over single requests. */
import type { SimulateDesk } from '../control/services.ts'
import type { Reader } from '../store/reader.ts'
import { decideInPlay } from './playground.ts'
import type { Services } from './services.ts'
import { worldSettings } from './simulate-world.ts'
import { tryRouting } from './trial.ts'

export const openSimulateDesk = (s: Services, reader: Pick<Reader, 'simulate'>): SimulateDesk => ({
  async simulate({ base, settings, limit, ...window }) {
    const config = tryRouting(s.config(), { ...(base && { base }), ...(settings && { settings }) })
    return reader.simulate(Object.entries(window), limit, worldSettings(config, config.prices, s.providers().catalog))
  },
  decide: (ask) => decideInPlay(ask, s),
})
