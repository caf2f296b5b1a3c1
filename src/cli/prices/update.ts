/** `prices update`: the newest public price table, fetched because somebody asked for it. */
import { makeDirectoryOf } from '../../config/save.ts'
import { command, jsonArg } from '../command.ts'
import { formatCount } from '../format.ts'
import { findServer } from '../remote.ts'

export const update = command({
  description: 'Fetch the newest public price table.',
  args: {
    offline: { type: 'boolean', description: 'Refuse, as everything does that would call anyone but a provider.' },
    json: jsonArg,
  },
  async run({ offline, json }, { environment, clock, print, name }) {
    const { home, database } = environment.paths
    makeDirectoryOf(database)
    const { updatePriceTable } = await import('../../app/offline.ts')
    const found = await updatePriceTable(home, clock, offline === true)
    if (json) return print.json(found)
    const size = `${formatCount(found.models)} models of ${formatCount(found.providers)} providers`
    print.done(
      `The price table of ${found.date} ${found.isChanged ? 'is fetched' : 'is the one that was there'}: ${size}.`,
    )
    if (!found.isChanged) return
    if ((await findServer(environment)) !== null)
      print.notice('The running server prices with it once it is restarted.')
    print.notice(`"${name} prices reapply" applies it to what is recorded.`)
  },
})
