/** What the linter cannot see, or must not be able to lose: who may read the clock, the environment and the console. */
import { expect, test } from 'bun:test'
import { readdirSync } from 'node:fs'
import { join, normalize } from 'node:path'
import { dependencies, devDependencies } from '../package.json' with { type: 'json' }

const root = join(import.meta.dir, '..')
const sources = [...new Bun.Glob('src/**/*.{ts,tsx}').scanSync({ cwd: root })].sort()

const read = (path: string) => Bun.file(join(root, path)).text()

/** Lines of code as `file:line: text`; lines that are wholly comment are left out, since they may name what they forbid. */
async function linesOf(path: string): Promise<string[]> {
  const lines = (await read(path)).split('\n')
  return lines
    .map((line, index) => ({ text: line.trim(), number: index + 1 }))
    .filter(({ text }) => !/^(\/\/|\/\*|\*)/.test(text))
    .map(({ text, number }) => `${path}:${number}: ${text}`)
}

async function offences(pattern: RegExp, isAllowed: (path: string) => boolean): Promise<string[]> {
  const found = await Promise.all(sources.filter((path) => !isAllowed(path)).map(linesOf))
  return found.flat().filter((line) => pattern.test(line.replace(/^\S+ /, '')))
}

/** Paths of the project's files that a file imports, types included. */
async function importsOf(path: string): Promise<string[]> {
  const specifiers = (await read(path)).matchAll(/(?:\bfrom|\bimport|\bimport\()\s*['"](\.[^'"]+)['"]/g)
  return [...specifiers].map(([, specifier = '']) => normalize(join(path, '..', specifier)))
}

test('the running Bun is the pinned one', () => {
  expect(Bun.version).toBe(devDependencies.bun)
})

test('every dependency is pinned to one version', () => {
  const ranges = Object.entries({ ...dependencies, ...devDependencies })
  expect(ranges.filter(([, range]) => !/^\d+\.\d+\.\d+$/.test(range))).toEqual([])
})

test('no dialect imports another dialect', async () => {
  const dialectOf = (path: string) => /^src\/wire\/([^/]+)\//.exec(path)?.[1]
  const crossings: string[] = []
  for (const path of sources.filter((source) => dialectOf(source) !== undefined)) {
    for (const imported of await importsOf(path)) {
      const other = dialectOf(imported)
      if (other !== undefined && other !== dialectOf(path)) crossings.push(`${path} imports ${imported}`)
    }
  }
  expect(crossings).toEqual([])
})

test('only src/lib/clock.ts reads the clock', async () => {
  expect(await offences(/\bDate\.now\(/, (path) => path === 'src/lib/clock.ts')).toEqual([])
})

test('only src/config reads the environment', async () => {
  expect(await offences(/\b(process|Bun)\.env\b/, (path) => path.startsWith('src/config/'))).toEqual([])
})

test('only src/cli/print.ts and src/lib/log.ts write to the console', async () => {
  const writers = ['src/cli/print.ts', 'src/lib/log.ts']
  expect(await offences(/\bconsole\./, (path) => writers.includes(path))).toEqual([])
})

test('only these call the outside', async () => {
  const callers = [
    'src/providers/send.ts',
    'src/providers/local-models.ts',
    'src/providers/price-update.ts',
    'src/sinks/webhook.ts',
    // Hands it to the clouds, whose tokens come from elsewhere.
    'src/app/compose.ts',
    // The running server on this machine.
    'src/app/running-server.ts',
    'src/cli/remote.ts',
  ]
  const isAllowed = (path: string) => callers.includes(path) || path.startsWith('src/providers/cloud/')
  const calls = /(?<![.\w'-])fetch\(|\?\? fetch\b|[{,] fetch\b(?!:)|\bnew WebSocket\(|\bBun\.connect\(/
  expect(await offences(calls, isAllowed)).toEqual([])
  expect(await offences(calls, (path) => path !== 'src/sinks/webhook.ts')).toHaveLength(1)
})

test('every folder under src has an import rule', async () => {
  const rules = await read('.oxlintrc.json')
  // These compose the others or stand apart from them; the cycle rule is all that holds them.
  const free = ['app', 'hub', 'supervisor']
  const unruled = readdirSync(join(root, 'src'), { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && !free.includes(entry.name) && !rules.includes(`"src/${entry.name}/**"`))
    .map(({ name }) => name)
  expect(unruled).toEqual([])
})
