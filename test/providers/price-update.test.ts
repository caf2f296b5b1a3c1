import { findProvider, type Provider, waitForUpdate } from '@pydantic/genai-prices'
import { afterAll, describe, expect, test } from 'bun:test'
import { createHash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { AppError } from '../../src/neutral/error.ts'
import { noUsage, standardTerms } from '../../src/neutral/usage.ts'
import { openPrices } from '../../src/providers/prices.ts'
import { loadPrices, updatePrices } from '../../src/providers/price-update.ts'
import { tempFolder } from '../support/folder.ts'

const clockAt = (time: string) => ({ now: () => Date.parse(time), monotonic: () => 0 })
const clock = clockAt('2026-12-24T18:00:00Z')

/** The table as the public file has it: constraints without a type, a price changed, a model added. */
function publicTable(): unknown[] {
  const table = ['anthropic', 'openai', 'google'].map((id) => structuredClone(findProvider({ providerId: id })))
  const anthropic = table[0] as unknown as { models: unknown[] }
  anthropic.models.unshift(
    {
      id: 'claude-next',
      match: { equals: 'claude-next' },
      prices: { input_mtok: 7, output_mtok: { base: 21, tiers: [] } },
    },
    {
      id: 'claude-later',
      match: { starts_with: 'claude-later' },
      prices: [{ prices: { input_mtok: 1 } }, { constraint: { start_date: '2027-01-01' }, prices: { input_mtok: 2 } }],
    },
  )
  return JSON.parse(
    JSON.stringify(table)
      .replaceAll(/"type":"(start_date|time_of_date)",?/g, '')
      .replaceAll(',}', '}'),
  ) as unknown[]
}

let answer: () => Response | Promise<Response> = () => Response.json(publicTable())
const server = Bun.serve({ port: 0, hostname: '127.0.0.1', fetch: () => answer() })
afterAll(() => server.stop(true))

const update = (directory: string, over = {}) =>
  updatePrices({ offline: false, directory, clock, url: `http://127.0.0.1:${server.port}/data.json`, ...over })

async function failure(directory: string, over = {}): Promise<AppError> {
  try {
    await update(directory, over)
  } catch (fault) {
    if (fault instanceof AppError) return fault
    throw fault
  }
  throw new Error('It went well.')
}

const noWarning = (sentence: string): never => {
  throw new Error(sentence)
}

describe('a good table', () => {
  test('is kept with its date and hash, whole and readable by nobody else', async () => {
    answer = () => Response.json(publicTable())
    const directory = tempFolder()
    const result = await update(directory)
    const file = readFileSync(join(directory, 'prices.json'), 'utf8')
    const kept = JSON.parse(file) as { date: string; sha256: string; providers: Provider[] }
    expect(kept.date).toBe('2026-12-24')
    expect(kept.sha256).toBe(createHash('sha256').update(JSON.stringify(kept.providers)).digest('hex'))
    expect(result).toMatchObject({ date: '2026-12-24', sha256: kept.sha256, providers: 3, isChanged: true })
    expect(result.models).toBe(kept.providers.reduce((sum, provider) => sum + provider.models.length, 0))
    expect(statSync(join(directory, 'prices.json')).mode & 0o777).toBe(0o600)
    expect(readdirSync(directory)).toEqual(['prices.json'])
  })

  test('prices requests from the next start on, with its own source and date', async () => {
    answer = () => Response.json(publicTable())
    const directory = tempFolder()
    await update(directory)
    const none = {}
    const prices = openPrices({ clock, configPrices: () => none, table: loadPrices(directory, noWarning) })
    const question = {
      provider: 'anthropic',
      terms: standardTerms,
      billing: 'metered' as const,
      isEstimated: false,
      usage: { ...noUsage, inputTokens: 1000 },
    }
    expect(prices.price({ ...question, model: 'claude-next', atMs: clock.now() })).toMatchObject({
      status: 'priced',
      nanoUsd: 7_000_000,
      priceId: 'anthropic/claude-next',
      priceSource: 'genai-prices of 2026-12-24',
      priceDate: '2026-12-24',
    })
    expect(prices.price({ ...question, model: 'claude-later', atMs: Date.parse('2026-12-31') }).nanoUsd).toBe(1_000_000)
    expect(prices.price({ ...question, model: 'claude-later', atMs: Date.parse('2027-01-01') }).nanoUsd).toBe(2_000_000)
  })

  test('that lists a model which ours only stood in for takes its place', async () => {
    const table = publicTable()
    const anthropic = table[0] as { models: unknown[] }
    anthropic.models.unshift({
      id: 'claude-fable-5-2',
      match: { equals: 'claude-fable-5-2' },
      prices: { input_mtok: 9, output_mtok: 9 },
    })
    answer = () => Response.json(table)
    const directory = tempFolder()
    await update(directory)
    const none = {}
    const listed = (data?: ReturnType<typeof loadPrices>) =>
      openPrices({ clock, configPrices: () => none, ...(data === undefined ? {} : { table: data }) }).lookUp(
        'anthropic/claude-fable-5-2',
      )
    expect(listed()).toMatchObject({ source: 'override', usd: { input: '8', output: '40' } })
    expect(listed(loadPrices(directory, noWarning))).toMatchObject({
      source: 'genai-prices of 2026-12-24',
      usd: { input: '9' },
    })
  })

  test('that is the one we have says so', async () => {
    answer = () => Response.json(publicTable())
    const directory = tempFolder()
    await update(directory)
    expect((await update(directory)).isChanged).toBe(false)
  })

  test('is not used where the bundled one is newer', async () => {
    answer = () => Response.json(publicTable())
    const directory = tempFolder()
    await update(directory, { clock: clockAt('2026-01-01T00:00:00Z') })
    expect(loadPrices(directory, noWarning).source).toBe('genai-prices 0.1.8')
  })

  test('the whole bundled table would be accepted', async () => {
    const all = await waitForUpdate()
    answer = () => Response.json(all)
    expect(await update(tempFolder())).toMatchObject({ providers: 43, models: 1694 })
  })
})

describe('what is no table', () => {
  const sentence = /^What was fetched is not the price table: (.*)\. The prices stay as they were\.$/
  const change = (edit: (table: unknown[]) => void): string => {
    const table = publicTable()
    edit(table)
    return JSON.stringify(table)
  }
  const firstModel = (edit: (model: Record<string, unknown>) => void) =>
    change((table) => edit((table[0] as { models: Record<string, unknown>[] }).models[0] ?? {}))
  const rejected: readonly (readonly [string, string, string])[] = [
    ['cut off', JSON.stringify(publicTable()).slice(0, -50), 'it is no complete JSON'],
    ['a web page', '<!doctype html><title>Not here</title>', 'it is no complete JSON'],
    ['an object', '{"providers":[]}', 'the table should be a list'],
    ['empty', '[]', 'the table should be one that has models of anthropic'],
    ['without OpenAI', change((table) => table.splice(1, 1)), 'the table should be one that has models of openai'],
    [
      'a provider without models',
      change((table) => table.push({ id: 'x', name: 'X' })),
      'providers[3].models should be a list',
    ],
    [
      'a negative price',
      firstModel((model) => (model['prices'] = { input_mtok: -1 })),
      'providers[0].models[0].prices.input_mtok should be a price in USD',
    ],
    [
      'a price as text',
      firstModel((model) => (model['prices'] = { input_mtok: '7' })),
      'providers[0].models[0].prices.input_mtok should be an object',
    ],
    [
      'a price beyond reason',
      firstModel((model) => (model['prices'] = { input_mtok: 1e300 })),
      'providers[0].models[0].prices.input_mtok should be a price in USD',
    ],
    [
      'a tier without start',
      firstModel((model) => (model['prices'] = { input_mtok: { base: 1, tiers: [{ price: 2 }] } })),
      'providers[0].models[0].prices.input_mtok.tiers[0].start should be a number of tokens',
    ],
    [
      'a date that is none',
      firstModel((model) => (model['prices'] = [{ prices: {} }, { prices: {}, constraint: { start_date: 'soon' } }])),
      'providers[0].models[0].prices[1].constraint.start_date should be a date',
    ],
    [
      'no way to match',
      firstModel((model) => (model['match'] = {})),
      'providers[0].models[0].match should be one way to match a name',
    ],
    [
      'an unknown way to match',
      firstModel((model) => (model['match'] = { sounds_like: 'x' })),
      'providers[0].models[0].match.sounds_like should be a way to match a name',
    ],
    [
      'a broken expression',
      firstModel((model) => (model['match'] = { regex: '(' })),
      'providers[0].models[0].match.regex should be a short regular expression',
    ],
  ]
  for (const [name, body, why] of rejected) {
    test(`${name}: is refused with the reason, and nothing is written`, async () => {
      answer = () => new Response(body)
      const directory = tempFolder()
      const error = await failure(directory)
      expect(sentence.exec(error.message)?.[1]).toBe(why)
      expect(error.code).toBe('provider-failed')
      expect(existsSync(join(directory, 'prices.json'))).toBe(false)
    })
  }

  test('does not replace the table that is there', async () => {
    answer = () => Response.json(publicTable())
    const directory = tempFolder()
    await update(directory)
    const before = readFileSync(join(directory, 'prices.json'), 'utf8')
    answer = () => new Response('[]')
    await failure(directory)
    expect(readFileSync(join(directory, 'prices.json'), 'utf8')).toBe(before)
    expect(readdirSync(directory)).toEqual(['prices.json'])
  })
})

describe('a fetch that fails', () => {
  test('offline is not tried', async () => {
    let asked = 0
    answer = () => (asked++, Response.json(publicTable()))
    const error = await failure(tempFolder(), { offline: true })
    expect(error.message).toBe('Prices are not updated offline. Leave out --offline to fetch the public price table.')
    expect(asked).toBe(0)
  })
  test('with an error status says which', async () => {
    answer = () => new Response('no', { status: 500 })
    const error = await failure(tempFolder())
    expect(error.message).toBe(`127.0.0.1:${server.port} answered 500 instead of the price table.`)
  })
  test('with a redirect is not followed elsewhere', async () => {
    answer = () => Response.redirect('http://127.0.0.1:1/elsewhere')
    expect((await failure(tempFolder())).code).toBe('provider-unreachable')
  })
  test('without an answer ends in time', async () => {
    answer = () => new Promise<Response>(() => {})
    const error = await failure(tempFolder(), { timeoutMs: 50 })
    expect(error.code).toBe('timed-out')
    expect(error.message).toBe(`127.0.0.1:${server.port} did not send the price table within 0.05 seconds.`)
  })
  test('with an answer that stops half-way ends in time', async () => {
    answer = () =>
      new Response(
        new ReadableStream({
          start(controller) {
            controller.enqueue(new TextEncoder().encode('[{"id":'))
          },
        }),
      )
    expect((await failure(tempFolder(), { timeoutMs: 50 })).code).toBe('timed-out')
  })
  test('with nobody there says whom it asked', async () => {
    const error = await failure(tempFolder(), { url: 'http://127.0.0.1:1/data.json' })
    expect(error.message).toBe('The price table could not be fetched from 127.0.0.1:1.')
  })
  test('on a folder that cannot be written says so', async () => {
    answer = () => Response.json(publicTable())
    const missing = join(tempFolder(), 'missing')
    const error = await failure(missing)
    expect(error.message).toBe(
      `The price table was fetched but could not be written to ${join(missing, 'prices.json')}.`,
    )
  })
})

describe('a kept table that is damaged', () => {
  const damages: readonly (readonly [string, (file: string) => string])[] = [
    ['cut off', (file) => file.slice(0, -1000)],
    ['edited', (file) => file.replace('"input_mtok":7', '"input_mtok":8')],
    ['empty', () => ''],
    ['something else', () => '{"version":1}'],
  ]
  for (const [name, damage] of damages) {
    test(`${name}: is not used, and the user is told what to do`, async () => {
      answer = () => Response.json(publicTable())
      const directory = tempFolder()
      const { path } = await update(directory)
      writeFileSync(path, damage(readFileSync(path, 'utf8')))
      const warnings: string[] = []
      expect(loadPrices(directory, (sentence) => warnings.push(sentence)).source).toBe('genai-prices 0.1.8')
      expect(warnings).toEqual([`${path} is damaged and is not used; \`relayplane prices update\` fetches it anew.`])
    })
  }
  test('missing: is no reason to warn', () => {
    expect(loadPrices(tempFolder(), noWarning).source).toBe('genai-prices 0.1.8')
  })
})
