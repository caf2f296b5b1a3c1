/**
 * Fetching the newest public price table and keeping it: one file, `prices.json`, replaced as a whole, used at the next
 * start in preference to the bundled table when it is newer and undamaged. Nothing is fetched unless asked for.
 */
import { REMOTE_DATA_JSON_URL, type Provider } from '@pydantic/genai-prices'
import { createHash } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { writeAtomically } from '../lib/atomic-file.ts'
import type { Clock } from '../lib/clock.ts'
import { AppError } from '../neutral/error.ts'
import { PriceDataError, readProviders } from './price-data.ts'
import { bundledTable, type TableData } from './price-table.ts'

export interface PriceUpdateParts {
  readonly offline: boolean
  /** Where `prices.json` lies. */
  readonly directory: string
  readonly clock: Clock
  readonly fetch?: typeof fetch
  readonly url?: string
  readonly timeoutMs?: number
}

export interface PriceUpdate {
  readonly path: string
  /** ISO date of the fetch: the date that costs priced from it carry. */
  readonly date: string
  /** Of the table as kept. */
  readonly sha256: string
  readonly providers: number
  readonly models: number
  /** False where the table is the one that was there. */
  readonly isChanged: boolean
}

/** The table is below two megabytes; what is far larger is something else. */
const largestBytes = 32 * 1024 * 1024
const fileMode = 0o600

const pathIn = (directory: string): string => join(directory, 'prices.json')

/** @throws AppError with a sentence for the one who asked; the kept table is then what it was. */
export async function updatePrices(parts: PriceUpdateParts): Promise<PriceUpdate> {
  if (parts.offline) {
    throw new AppError(
      'unavailable',
      'Prices are not updated offline. Leave out --offline to fetch the public price table.',
    )
  }
  const { directory, clock, url = REMOTE_DATA_JSON_URL, timeoutMs = 20_000 } = parts
  const providers = readTable(await download(parts.fetch ?? fetch, url, timeoutMs))
  const table = JSON.stringify(providers)
  const sha256 = hashOf(table)
  const date = new Date(clock.now()).toISOString().slice(0, 10)
  const path = pathIn(directory)
  const isChanged = readKept(path)?.sha256 !== sha256
  try {
    writeAtomically(path, `${headOf(date, url, sha256)}${table}}\n`, fileMode)
  } catch (fault) {
    throw new AppError('internal', `The price table was fetched but could not be written to ${path}.`, { cause: fault })
  }
  const models = providers.reduce((sum, provider) => sum + provider.models.length, 0)
  return { path, date, sha256, providers: providers.length, models, isChanged }
}

/**
 * The table to price with: the fetched one where it is newer than the bundled one, else that.
 * @param warn Told in a sentence why a fetched table is not used.
 */
export function loadPrices(directory: string, warn: (sentence: string) => void): TableData {
  const path = pathIn(directory)
  if (!existsSync(path)) return bundledTable
  const kept = readKept(path)
  if (kept === undefined) {
    warn(`${path} is damaged and is not used; \`relayplane prices update\` fetches it anew.`)
    return bundledTable
  }
  return kept.date > bundledTable.date ? tableOf(kept) : bundledTable
}

interface KeptTable {
  readonly date: string
  readonly sha256: string
  readonly providers: readonly Provider[]
}

const tableOf = ({ date, providers }: KeptTable): TableData => {
  const byId = new Map(providers.map((provider) => [provider.id, provider]))
  return Object.freeze({
    source: `genai-prices of ${date}`,
    date,
    provider: (id: string) => byId.get(id),
  })
}

const lastField = '"providers":'

/** The table's own text ends the file, so that it can be hashed as it stands. */
const headOf = (date: string, url: string, sha256: string): string =>
  `${JSON.stringify({ version: 1, date, url, sha256 }).slice(0, -1)},${lastField}`

/** @returns undefined where the file is missing or is not what was written. */
function readKept(path: string): KeptTable | undefined {
  try {
    const file = readFileSync(path, 'utf8')
    const cut = file.indexOf(lastField) + lastField.length
    const head: unknown = JSON.parse(`${file.slice(0, cut)}null}`)
    const table = file.slice(cut).replace(/\}\n$/, '')
    if (!isHead(head) || hashOf(table) !== head.sha256) return undefined
    return { date: head.date, sha256: head.sha256, providers: readProviders(JSON.parse(table)) }
  } catch {
    // Unreadable, cut off or edited: not ours to guess at, and the bundled table is there.
    return undefined
  }
}

function isHead(head: unknown): head is { date: string; sha256: string } {
  if (typeof head !== 'object' || head === null) return false
  return 'date' in head && typeof head.date === 'string' && 'sha256' in head && typeof head.sha256 === 'string'
}

const hashOf = (text: string): string => createHash('sha256').update(text).digest('hex')

async function download(request: typeof fetch, url: string, timeoutMs: number): Promise<string> {
  const host = new URL(url).host
  try {
    const response = await request(url, { redirect: 'error', signal: AbortSignal.timeout(timeoutMs) })
    if (!response.ok) {
      await response.body?.cancel()
      throw new AppError('provider-failed', `${host} answered ${response.status} instead of the price table.`)
    }
    return await readText(response, host)
  } catch (fault) {
    if (fault instanceof AppError) throw fault
    if (fault instanceof Error && fault.name === 'TimeoutError') {
      throw new AppError('timed-out', `${host} did not send the price table within ${timeoutMs / 1000} seconds.`)
    }
    throw new AppError('provider-unreachable', `The price table could not be fetched from ${host}.`, { cause: fault })
  }
}

async function readText(response: Response, host: string): Promise<string> {
  const decoder = new TextDecoder()
  let text = ''
  let bytes = 0
  for await (const chunk of response.body ?? []) {
    bytes += chunk.byteLength
    if (bytes > largestBytes)
      throw new AppError('provider-failed', `What ${host} sends is far too large for a price table.`)
    text += decoder.decode(chunk, { stream: true })
  }
  return text + decoder.decode()
}

function readTable(text: string): readonly Provider[] {
  try {
    return readProviders(JSON.parse(text))
  } catch (fault) {
    const why = fault instanceof PriceDataError ? fault.message : 'it is no complete JSON'
    throw new AppError(
      'provider-failed',
      `What was fetched is not the price table: ${why}. The prices stay as they were.`,
      {
        cause: fault,
      },
    )
  }
}
