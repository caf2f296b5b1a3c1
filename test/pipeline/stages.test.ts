/** The chain of stages: in the index once and in order, and held together by types. */
import { expect, test } from 'bun:test'
import { readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { tempFolder } from '../support/folder.ts'

const root = join(import.meta.dir, '../..')
const pipeline = join(root, 'src/pipeline')
const read = (file: string): string => readFileSync(join(pipeline, file), 'utf8')
const usesIn = (text: string): string[] => [...text.matchAll(/\.use\((\w+)\(s\)\)/g)].map(([, name = '']) => name)

/** Files that name themselves a stage. */
const stageFiles = readdirSync(pipeline)
  .filter((file) => read(file).includes("name: 'stage/"))
  .sort()

const stages = ['parse', 'cache', 'budget', 'anomaly', 'downgrade', 'classify', 'route', 'forward', 'respond', 'record']

test('every stage is in the index once, in the order of the pipeline', () => {
  expect(usesIn(read('index.ts'))).toEqual(stages)
  expect(stageFiles).toEqual(stages.map((name) => `${name}.ts`).toSorted())
})

test('every stage is named after its file, and uses only what comes before it', () => {
  const order = usesIn(read('index.ts'))
  for (const file of stageFiles) {
    const text = read(file)
    const name = file.slice(0, -'.ts'.length)
    expect(text).toContain(`name: 'stage/${name}'`)
    expect(usesIn(text).filter((used) => order.indexOf(used) >= order.indexOf(name))).toEqual([])
  }
})

test('no stage imports a stage that comes after it', () => {
  const order = usesIn(read('index.ts'))
  for (const file of stageFiles) {
    const imported = [...read(file).matchAll(/from '\.\/(\w+)\.ts'/g)].map(([, name = '']) => name)
    const later = imported.filter((name) => order.indexOf(name) > order.indexOf(file.slice(0, -'.ts'.length)))
    expect([file, later]).toEqual([file, []])
  }
})

/** What the compiler says of copies of pipeline files, `file: error` per line. */
function typeErrors(copies: Readonly<Record<string, string>>): string[] {
  const folder = tempFolder()
  symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'))
  for (const [name, text] of Object.entries(copies)) {
    const withPaths = text.replaceAll("from './", `from '${pipeline}/`).replaceAll("from '../", `from '${root}/src/`)
    writeFileSync(join(folder, name), withPaths)
  }
  const settings = { extends: join(root, 'tsconfig.json'), include: ['*.ts'] }
  writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify(settings))
  const tsc = join(root, 'node_modules/typescript/bin/tsc')
  const run = Bun.spawnSync([process.execPath, tsc, '--noEmit', '--pretty', 'false', '-p', folder], { cwd: folder })
  const lines = run.stdout.toString().split('\n')
  return lines.flatMap((line) => {
    const [, file, error] = /^([\w-]+\.ts)\(\d+,\d+\): error (.*)$/.exec(line) ?? []
    return file === undefined ? [] : [`${file}: ${error}`]
  })
}

test('a stage that no longer uses what it reads does not compile', () => {
  const readers = [
    ['cache.ts', 'parse', 'call'],
    ['anomaly.ts', 'cache', 'cached'],
    ['forward.ts', 'budget', 'budget'],
    ['forward.ts', 'anomaly', 'anomaly'],
    ['forward.ts', 'downgrade', 'downgrade'],
    ['respond.ts', 'forward', 'call'],
    ['record.ts', 'respond', 'call'],
    ['index.ts', 'record', 'receipt'],
  ] as const
  const copies = readers.flatMap(([file, used]) => {
    const text = read(file)
    const line = `.use(${used}(s))`
    expect(text).toContain(line)
    return [
      [`whole-${file}`, text],
      [`without-${used}-${file}`, text.replace(line, '')],
    ] as const
  })
  const errors = typeErrors(Object.fromEntries(copies))
  expect(errors.filter((error) => error.startsWith('whole-'))).toEqual([])
  for (const [file, used, noun] of readers) {
    const wanted = `without-${used}-${file}: TS2339: Property '${noun}' does not exist`
    expect(errors.filter((error) => error.startsWith(wanted))).not.toEqual([])
  }
}, 30_000)
