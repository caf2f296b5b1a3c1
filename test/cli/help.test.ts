import { describe, expect, setDefaultTimeout, test } from 'bun:test'
import type { ArgsDef, CommandDef } from 'citty'
import { join } from 'node:path'
import { spellings } from '../../src/cli/check-args.ts'
import { completionsOf } from '../../src/cli/completion.ts'
import { argsOf, type Commands, subCommandsOf } from '../../src/cli/find-command.ts'
import { printHelp, printOverview } from '../../src/cli/help.ts'
import { table } from '../../src/cli/index.ts'
import { openPrinter, type Printer } from '../../src/cli/print.ts'
import { program, run } from './program.ts'

// Each test waits for processes, which a busy machine starts slowly.
setDefaultTimeout(30_000)

interface Entry {
  readonly path: readonly string[]
  readonly definition: CommandDef
}

const entries = (commands: Commands, above: readonly string[] = []): readonly Entry[] =>
  Object.entries(commands).flatMap(([name, definition]) => {
    const path = [...above, name]
    return [{ path, definition }, ...entries(subCommandsOf(definition), path)]
  })

const all = entries(table.commands)
const flagNames = (args: ArgsDef) =>
  Object.entries(args).flatMap(([key, definition]) =>
    definition.type === 'positional' ? [] : spellings(key, definition),
  )
const doc = await Bun.file(join(import.meta.dir, '../../docs/cli.md')).text()

const printer = openPrinter({ NO_COLOR: '1' })

function captured(act: (print: Printer) => void): string {
  const lines: string[] = []
  act({ ...printer, line: (text = '') => void lines.push(text) })
  return lines.join('\n')
}

describe('every command', () => {
  for (const { path, definition } of all) {
    const name = path.join(' ')
    test(`${name} has a description, and help that names all its flags and words`, () => {
      const help = captured((print) => printHelp({ path, definition, rest: [] }, 'relayplane', print))
      expect(help).toMatch(/^[A-Z][^\n]+\.\n/)
      expect(help).toContain(`  relayplane ${name}`)
      // A completion script is neither text nor JSON.
      expect(help.includes('--json')).toBe(name !== 'completion')
      for (const flag of flagNames(argsOf(definition))) expect(help).toContain(flag)
      for (const key of Object.keys(argsOf(definition))) expect(help).toContain(key)
    })

    test(`${name} is in docs/cli.md with all its flags`, () => {
      const section = sections.get(name) ?? ''
      for (const flag of flagNames(argsOf(definition))) expect(section).toMatch(new RegExp(`\`${flag}[ \`]`))
    })
  }
})

/** What docs/cli.md says under each command's heading, by the command's words. */
const sections = new Map(
  doc
    .split('\n## ')
    .slice(1)
    .map((section) => [/^`relayplane (.*?)(?: [<[].*)?`\n/.exec(section)?.[1] ?? '', section] as const)
    .filter(([name]) => name !== ''),
)

test('docs/cli.md has a section for every command and for no other', () => {
  expect([...sections.keys()].toSorted()).toEqual(all.map(({ path }) => path.join(' ')).toSorted())
})

test('the overview goes by the name that the program was called by', () => {
  const text = captured((print) => printOverview(table, 'relayplane-proxy', print))
  expect(text).toContain('  relayplane-proxy <command> [flags]')
  expect(text).toContain('"relayplane-proxy" alone is "relayplane-proxy start".')
})

describe('completion', () => {
  test('offers commands, then sub-commands and flags', () => {
    const completions = new Map(completionsOf(table.commands).map(({ path, words }) => [path, words]))
    expect(completions.get('')).toContain('stats')
    expect(completions.get('config')).toEqual([
      'get',
      'set',
      'unset',
      'path',
      'set-key',
      'reset',
      'validate',
      '--json',
      '--help',
    ])
    expect(completions.get('config set-key')).toEqual(['--provider', '--json', '--help'])
  })

  const shells: readonly (readonly [string, readonly string[], string])[] = [
    ['bash', ['bash', '-n'], ''],
    ['zsh', ['zsh', '-n'], 'zsh'],
    ['fish', ['fish', '-n'], 'fish'],
  ]
  for (const [shell, check, needs] of shells) {
    const isMissing = needs !== '' && Bun.which(needs) === null
    if (isMissing) console.log(`skipped: no ${needs} to check its completion script with`)
    test.skipIf(isMissing)(`for ${shell} is a script that ${shell} can read`, async () => {
      const { code, out } = await run(['completion', shell])
      expect(code).toBe(0)
      const child = Bun.spawn([...check], { stdin: Buffer.from(out), stderr: 'pipe' })
      expect([await child.exited, await new Response(child.stderr).text()]).toEqual([0, ''])
    })
  }

  test('in bash completes what was typed so far', async () => {
    const ask = (words: readonly string[]) => `
      COMP_WORDS=(relayplane ${words.map((word) => `'${word}'`).join(' ')}); COMP_CWORD=${words.length}
      _relayplane; echo "\${COMPREPLY[@]}"`
    const script = `eval "$(${program.join(' ')} completion bash)"
      ${ask(['sta'])}
      ${ask(['config', 'se'])}
      ${ask(['stats', '--pro'])}
      ${ask(['config', 'set-key', '--'])}`
    const child = Bun.spawn(['bash', '-c', script], { stdout: 'pipe', stderr: 'pipe' })
    expect(await new Response(child.stdout).text()).toBe(
      'start status stats\nset set-key\n--provider\n--provider --json --help\n',
    )
  })

  const noFish = Bun.which('fish') === null
  if (noFish) console.log('skipped: no fish to complete with')
  test.skipIf(noFish)('in fish completes what was typed so far', async () => {
    const script = `${program.join(' ')} completion fish | source
      complete -C 'relayplane sta'; complete -C 'relayplane config se'; complete -C 'relayplane stats --pro'`
    const child = Bun.spawn(['fish', '-c', script], { stdout: 'pipe', stderr: 'pipe' })
    expect((await new Response(child.stdout).text()).trim().split('\n')).toEqual([
      'start',
      'stats',
      'status',
      'set',
      'set-key',
      '--provider',
    ])
  })

  test('for any other shell is refused', async () => {
    expect(await run(['completion', 'tcsh'])).toMatchObject({
      code: 2,
      err: expect.stringContaining('There is a script for bash, zsh, fish, none for "tcsh".'),
    })
  })
})
