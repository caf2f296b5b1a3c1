/** The documents as values: their code, links and headings, and whether what they name can be called or asked. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { checkArgs, everywhere, spellings } from '../../src/cli/check-args.ts'
import { argsOf, findCommand } from '../../src/cli/find-command.ts'
import { table } from '../../src/cli/index.ts'
import { llmOperations } from '../../src/control/openapi-llm.ts'
import { controlOperations } from '../../src/control/openapi.ts'
import { rows } from '../../src/providers/catalog.ts'

export const root = join(import.meta.dir, '../..')
export const paths = ['*.md', 'docs/**/*.md'].flatMap((glob) => [...new Bun.Glob(glob).scanSync({ cwd: root })]).sort()
export const read = (path: string): string => readFileSync(join(root, path), 'utf8')

export interface Fence {
  /** `sh`, `json config.json`, … */
  readonly info: string
  readonly text: string
}

export const fence = /^```(.*)\n([\s\S]*?)^```$/gm

export interface Page {
  readonly path: string
  readonly text: string
  readonly fences: readonly Fence[]
  /** Code within lines. */
  readonly spans: readonly string[]
}

export const pages: readonly Page[] = paths.map((path) => {
  const text = read(path)
  const fences = [...text.matchAll(fence)].map(([, info = '', body = '']) => ({ info, text: body }))
  const spans = [...text.replace(fence, '').matchAll(/`([^`\n]+)`/g)].map(([, span = '']) => span)
  return { path, text, fences, spans }
})

export const pageAt = (path: string): Page => {
  const page = pages.find((candidate) => candidate.path === path)
  if (page === undefined) throw new Error(`there is no ${path}`)
  return page
}

export const isShell = ({ info }: Fence): boolean => info === 'sh' || info === 'console'

/** `README.md: what` for every item of every page that is not as it should be. */
export const faults = (find: (page: Page) => readonly string[]): readonly string[] =>
  pages.flatMap((page) => find(page).map((what) => `${page.path}: ${what}`))

/** As GitHub makes them of headings. */
export const anchorsOf = (text: string): readonly string[] =>
  [...text.replace(fence, '').matchAll(/^#{1,6} (.+)$/gm)].map(([, heading = '']) =>
    heading
      .toLowerCase()
      .replace(/[^\p{L}\p{N}\s_-]/gu, '')
      .replaceAll(' ', '-'),
  )

/** The calls of the program in a piece of shell, each as its words. */
export function callsIn(code: string): readonly string[] {
  return [...code.matchAll(/(?:^|[\s$(|])relayplane(?:-proxy)? ([^\n]*)/gm)].flatMap(([, tail = '']) => {
    const call = /^(?:'[^']*'|"[^"]*"|[^|>)#;&'"])*/.exec(tail.replaceAll(/<([\w -]+)>/g, '‹$1›'))?.[0].trim() ?? ''
    // `relayplane …` and `relayplane ‹command›` stand for any.
    return call === '' || /^[…‹]/.test(call) ? [] : [call]
  })
}

/** @param isWhole Whether nothing that the command needs may be left out. */
export function isCall(call: string, isWhole: boolean): boolean {
  const words = (call.match(/(?:'[^']*'|"[^"]*"|‹[^›]*›|\S)+/g) ?? []).map((word) => word.replaceAll(/['"]/g, ''))
  try {
    const { definition, rest } = findCommand(words, table)
    const args = { ...argsOf(definition), ...everywhere }
    const flags = Object.entries(args).flatMap(([key, arg]) => (arg.type === 'positional' ? [] : spellings(key, arg)))
    if (isWhole) checkArgs(rest, argsOf(definition))
    return rest.filter((word) => /^-./.test(word)).every((word) => flags.includes(word.split('=')[0] ?? ''))
  } catch {
    return false // No such command, or not called like that.
  }
}

const patterns = [...controlOperations, ...llmOperations].map(({ path }) => {
  const literal = path.replaceAll(/[.*+?^$()|[\]\\]/g, '\\$&')
  return new RegExp(`^${literal.replaceAll(/\{\w+\}/g, '[^/]+')}$`)
})

export function isEndpoint(written: string): boolean {
  const [path = ''] = written.split('?')
  const mount = rows.find(({ id }) => path.startsWith(`/${id}/`))
  const asked = mount === undefined ? path : path.slice(mount.id.length + 1)
  // Base URLs, as clients are given them.
  if (['', '/', '/v1', '/v1beta'].includes(asked)) return true
  return patterns.some((pattern) => pattern.test(asked))
}
