/** `prices list`: what models cost now. */
import type { PriceListing } from '../../app/offline.ts'
import { command, exitCodes, jsonArg } from '../command.ts'
import { openBook } from './book.ts'

export const list = command({
  description: 'List the prices in force, USD per million tokens.',
  args: {
    provider: { type: 'string', valueHint: 'name', description: 'Of one provider.' },
    filter: { type: 'string', valueHint: 'text', description: 'Of models with this in their name.' },
    json: jsonArg,
  },
  async run({ provider, filter, json }, invocation) {
    const { print } = invocation
    const book = await openBook(invocation)
    const found = book.list({
      ...(provider === undefined ? {} : { provider }),
      ...(filter === undefined ? {} : { search: filter }),
    })
    if (json) print.json({ table: book.table, prices: found })
    else if (found.length === 0) print.notice('No price matches.')
    else {
      print.table(columns, found.map(rowOf))
      print.line(print.dim(`USD per million tokens; ${book.table.source} of ${book.table.date} and reviewed changes.`))
    }
    return found.length === 0 ? exitCodes.failed : exitCodes.done
  },
})

const figure = (title: string) => ({ title, isFigure: true })

const columns = [
  { title: 'model' },
  figure('input'),
  figure('cache read'),
  figure('cache write 5m'),
  figure('cache write 1h'),
  figure('output'),
  { title: 'source' },
]

const rowOf = ({ provider, model, usd, source }: PriceListing): readonly string[] => [
  `${provider}/${model}`,
  usd.input ?? '',
  usd.cacheRead ?? '',
  usd.cacheWrite5m ?? '',
  usd.cacheWrite1h ?? '',
  usd.output ?? '',
  source,
]
