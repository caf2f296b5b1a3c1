/** The price book as the commands read it. */
import type { PriceBook } from '../../app/offline.ts'
import type { Invocation } from '../command.ts'
import { readEffective } from '../config/effective.ts'

export async function openBook({ environment, clock, print }: Invocation): Promise<PriceBook> {
  const { priceBookOf } = await import('../../app/offline.ts')
  return priceBookOf(readEffective(environment).config, environment.paths.home, clock, print.warn)
}
