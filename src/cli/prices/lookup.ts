/** `prices lookup <provider/model>`: everything that is known of one price. */
import type { PriceBook, PriceListing } from '../../app/offline.ts'
import { AppError } from '../../neutral/error.ts'
import { command, jsonArg } from '../command.ts'
import type { Printer } from '../print.ts'
import { openBook } from './book.ts'

export const lookup = command({
  description: 'Show one price with its source, date, tiers and the terms that change it.',
  args: {
    model: { type: 'positional', required: true, description: 'provider/model, or the name of a model alone.' },
    json: jsonArg,
  },
  async run({ model, json }, invocation) {
    const { print } = invocation
    const found = await findAll(await openBook(invocation), model)
    if (json) print.json(found)
    else for (const listing of found) printListing(listing, print)
  },
})

/** @throws AppError `not-found`, with the nearest names. */
async function findAll(book: PriceBook, model: string): Promise<readonly PriceListing[]> {
  const exact = book.lookUp(model)
  if (exact) return [exact]
  const elsewhere = book.knownModels(model).flatMap((provider) => book.lookUp(`${provider}/${model}`) ?? [])
  if (elsewhere.length > 0) return elsewhere
  const { nearestNames } = await import('../../app/offline.ts')
  const near = nearestNames(model.slice(model.indexOf('/') + 1), book.modelNames(), 3)
  const hint = near.length > 0 ? ` Near it: ${near.join(', ')}.` : ''
  throw new AppError('not-found', `No price is known for ${model}.${hint}`)
}

function printListing(listing: PriceListing, print: Printer): void {
  const { provider, model, source, date, contextWindow, usd, tiers, terms, doubts } = listing
  print.line(print.bold(`${provider}/${model}`))
  printRates(usd, '', print)
  for (const tier of tiers)
    printRates(tier.usd, `, whole request over ${tier.above.toLocaleString('en-US')} input tokens`, print)
  for (const { term, price, page, checked } of terms) print.line(`  ${term}: ${price} (${page}, checked ${checked})`)
  for (const doubt of doubts) print.line(`  estimate: ${doubt}`)
  if (contextWindow !== null) print.line(`  context window: ${contextWindow.toLocaleString('en-US')} tokens`)
  print.line(print.dim(`  ${[source, date && `as of ${date}`].filter(Boolean).join(', ')}`))
}

function printRates(usd: PriceListing['usd'], when: string, print: Printer): void {
  for (const [kind, rate] of Object.entries(usd)) {
    const unit = kind === 'webSearch' || kind === 'request' ? 'thousand' : 'million tokens'
    print.line(`  ${wordsOf(kind)}: $${rate} per ${unit}${when}`)
  }
}

/** `cacheWrite5m` as `cache write 5m`. */
const wordsOf = (kind: string): string => kind.replaceAll(/([A-Z]|5m|1h)/g, (part) => ` ${part.toLowerCase()}`)
