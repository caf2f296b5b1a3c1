/**
 * Compiles the one executable: dist/relayplane for this machine, or with --all one for each platform that we ship.
 * Usage: build-binaries.ts [--all | TARGET...], where a target is linux-x64, linux-arm64, darwin-x64 or darwin-arm64.
 * The outputs must never be stripped: Bun keeps the program in a section that `strip` drops.
 */
import { createHash } from 'node:crypto'
import { mkdir, rename, rm } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { parseArgs } from 'node:util'
import { version } from '../package.json' with { type: 'json' }
import { buildWeb, hasWeb, isWebStale } from './build-web.ts'
import { check, isValid, sign } from './sign-macho.ts'

const root = join(import.meta.dir, '..')
const dist = join(root, 'dist')
const targets = ['linux-x64', 'linux-arm64', 'darwin-x64', 'darwin-arm64'] as const
type Target = (typeof targets)[number]

const { values, positionals } = parseArgs({
  options: { all: { type: 'boolean', default: false } },
  allowPositionals: true,
})
const entrypoints = findEntrypoints()
const commit = readCommit()
if ((await hasWeb()) && (await isWebStale())) await buildWeb()

const written: string[] = []
const failed: string[] = []
for (const target of chosenTargets()) {
  const name = target === undefined ? 'relayplane' : `relayplane-${target}`
  try {
    await compile(target, name)
    written.push(name)
  } catch (error) {
    // One platform's runtime may be out of reach while the others are at hand.
    failed.push(name)
    console.error(`${name}: ${error instanceof AggregateError ? error.errors.join('\n') : String(error)}`)
  }
}
await writeSums()
if (failed.length > 0) {
  console.error(`not built: ${failed.join(', ')}`)
  process.exitCode = 1
}

/** `undefined` is this machine, whatever its C library. */
function chosenTargets(): (Target | undefined)[] {
  if (values.all) return [...targets]
  if (positionals.length === 0) return [undefined]
  return positionals.map((name) => {
    const target = targets.find((known) => known === name)
    if (target === undefined) throw new Error(`${name} is no target; they are ${targets.join(', ')}`)
    return target
  })
}

function findEntrypoints(): string[] {
  const workers = [...new Bun.Glob('src/**/*.worker.ts').scanSync({ cwd: root })].sort()
  const names = workers.map((path) => basename(path))
  const twice = names.find((name, index) => names.indexOf(name) !== index)
  if (twice !== undefined) throw new Error(`two workers are called ${twice}; the binary keeps them in one folder`)
  return ['src/main.ts', ...workers].map((path) => join(root, path))
}

function readCommit(): string {
  const git = Bun.spawnSync(['git', 'rev-parse', '--short=12', 'HEAD'], { cwd: root, stderr: 'ignore' })
  return git.success ? git.stdout.toString().trim() : 'unknown'
}

async function compile(target: Target | undefined, name: string): Promise<void> {
  // The outfile's name is part of the bytes, so it is the same for all; the source maps left beside it go with the folder.
  const workshop = join(dist, `.${name}`)
  const outfile = join(workshop, 'relayplane')
  await mkdir(workshop, { recursive: true })
  // What an earlier build left must not pass for this one's.
  await rm(join(dist, name), { force: true })
  try {
    await Bun.build({
      entrypoints,
      // Flat, because code in the bundle has the bundle's own address: `new URL('./reader.worker.ts', import.meta.url)`
      // from a file beside the worker is then right both from source and compiled.
      naming: { entry: '[name].[ext]' },
      format: 'esm',
      bytecode: true,
      // Identifiers stay: stages and errors are told apart by name in traces.
      minify: { whitespace: true, syntax: true, identifiers: false },
      sourcemap: 'external',
      define: {
        'process.env.NODE_ENV': '"production"',
        __RELAYPLANE_VERSION__: JSON.stringify(version),
        __RELAYPLANE_COMMIT__: JSON.stringify(commit),
      },
      compile: {
        outfile,
        ...(target === undefined ? {} : { target: `bun-${target}` as const }),
        // Bun's server takes 16 KB of request headers and address together, and turns the rest away before anybody sees it.
        execArgv: ['--max-http-header-size=131072'],
        // Both would let whoever owns the current directory run code or set keys.
        autoloadDotenv: false,
        autoloadBunfig: false,
      },
    })
    if (target?.startsWith('darwin') ?? process.platform === 'darwin') await resign(outfile)
    await rename(outfile, join(dist, name))
  } finally {
    await rm(workshop, { recursive: true, force: true })
  }
  console.log(`dist/${name}: ${Math.ceil(Bun.file(join(dist, name)).size / 1024 / 1024)} MB`)
}

async function resign(path: string): Promise<void> {
  const file = Bun.file(path)
  await Bun.write(path, sign(Buffer.from(await file.arrayBuffer()), 'relayplane'))
  const verdict = check(Buffer.from(await Bun.file(path).arrayBuffer()))
  if (!isValid(verdict)) throw new Error(`signature: ${verdict.badPages} of ${verdict.pages} pages are bad`)
}

async function writeSums(): Promise<void> {
  const lines: string[] = []
  for (const name of written) {
    const hash = createHash('sha256').update(await Bun.file(join(dist, name)).bytes())
    lines.push(`${hash.digest('hex')}  ${name}\n`)
  }
  if (lines.length > 0) await Bun.write(join(dist, 'SHA256SUMS'), lines.join(''))
}
