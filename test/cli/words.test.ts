import { describe, expect, setDefaultTimeout, test } from 'bun:test'
import type { ArgsDef } from 'citty'
import { checkArgs } from '../../src/cli/check-args.ts'
import { findCommand } from '../../src/cli/find-command.ts'
import { table } from '../../src/cli/index.ts'
import { environmentOf, program, run } from './program.ts'

// Each test waits for processes, which a busy machine starts slowly.
setDefaultTimeout(30_000)

const args: ArgsDef = {
  id: { type: 'positional', required: true, description: '' },
  port: { type: 'string', description: '' },
  verbose: { type: 'boolean', alias: 'v', description: '' },
  by: { type: 'enum', options: ['model', 'provider'], description: '' },
}

describe('words that a command takes', () => {
  const right: readonly (readonly string[])[] = [
    ['abc'],
    ['abc', '--port', '4100'],
    ['--port=4100', 'abc'],
    ['abc', '-v'],
    ['abc', '--verbose', '--by', 'model'],
    ['-'],
    ['--', '--odd-id'],
    ['abc', '--help'],
  ]
  for (const words of right) test(words.join(' '), () => expect(() => checkArgs(words, args)).not.toThrow())
})

describe('words that a command does not take are refused with the first fault', () => {
  const wrong: readonly (readonly [readonly string[], string])[] = [
    [[], '<id> is missing.'],
    [['--verbose'], '<id> is missing.'],
    [['abc', 'def'], '"def" is one word too many.'],
    [['abc', '--prot', '1'], 'There is no flag --prot. Did you mean --port?'],
    [['abc', '--banana'], 'There is no flag --banana.'],
    [['abc', '-x'], 'There is no flag -x.'],
    [['abc', '--port'], '--port needs a value.'],
    [['abc', '--port', '--verbose'], '--port needs a value.'],
    [['abc', '--port='], '--port needs a value.'],
    [['abc', '--verbose=yes'], '--verbose takes no value.'],
    [['abc', '--by', 'modle'], '--by takes model or provider, not "modle". Did you mean model?'],
  ]
  for (const [words, sentence] of wrong) {
    test(`${words.join(' ') || '(nothing)'}: ${sentence}`, () => expect(() => checkArgs(words, args)).toThrow(sentence))
  }
})

describe('the command that words name', () => {
  const cases: readonly (readonly [readonly string[], string, readonly string[]])[] = [
    [[], 'start', []],
    [['--port', '4200'], 'start', ['--port', '4200']],
    [['--port', '4200', 'start', '-v'], 'start', ['--port', '4200', '-v']],
    [['--json', 'stats'], 'stats', ['--json']],
    [['config'], 'config', []],
    [['config', '--json'], 'config', ['--json']],
    [['config', 'set', 'server.port', '1'], 'config set', ['server.port', '1']],
    [['prices', 'lookup', 'openai/gpt-5'], 'prices lookup', ['openai/gpt-5']],
  ]
  for (const [words, path, rest] of cases) {
    test(`${words.join(' ') || '(nothing)'} is ${path}`, () => {
      const found = findCommand(words, table)
      expect([found.path.join(' '), found.rest]).toEqual([path, rest])
    })
  }

  test('an unknown one is refused with the nearest', () => {
    expect(() => findCommand(['strat'], table)).toThrow('There is no command "strat". Did you mean start?')
    expect(() => findCommand(['config', 'gte'], table)).toThrow('There is no config command "gte". Did you mean get?')
    expect(() => findCommand(['banana'], table)).toThrow(/^There is no command "banana"\.$/)
    expect(() => findCommand(['constructor'], table)).toThrow('There is no command "constructor".')
  })
})

describe('as a process', () => {
  test('an unknown flag ends with 2, nothing on standard output, and a suggestion', async () => {
    expect(await run(['stats', '--windw', '7d'])).toEqual({
      code: 2,
      out: '',
      err: 'error: There is no flag --windw. Did you mean --window?\n"relayplane stats --help" says what it takes.\n',
    })
  })

  test('an unknown command ends with 2 and a suggestion', async () => {
    expect(await run(['stat'])).toMatchObject({
      code: 2,
      err: 'error: There is no command "stat". Did you mean stats?\n"relayplane --help" lists what there is.\n',
    })
    expect(await run(['config', 'gte'])).toMatchObject({
      code: 2,
      err: 'error: There is no config command "gte". Did you mean get?\n"relayplane config --help" lists what there is.\n',
    })
  })

  test('a port that is none ends with 2 before anything is started', async () => {
    expect(await run(['--port', 'abc'])).toMatchObject({
      code: 2,
      err: expect.stringContaining('--port: expected an integer from 1 to 65535, got "abc"'),
    })
  })

  test('--version prints one line', async () => {
    const { code, out } = await run(['--version'])
    expect(code).toBe(0)
    expect(out).toMatch(/^relayplane \S+ \(\S+\)\n$/)
  })

  test('--help lists every command, without colours in a pipe', async () => {
    const { code, out } = await run(['--help'])
    expect(code).toBe(0)
    for (const name of Object.keys(table.commands)) expect(out).toContain(`\n  ${name} `)
    expect(out).not.toContain('\u001B')
  })

  test('a reader that goes away early is no failure', async () => {
    const shell = ['bash', '-c', `set -o pipefail; ${program.join(' ')} prices list --json | head -1`]
    const child = Bun.spawn(shell, { stdout: 'pipe', stderr: 'pipe' })
    const [out, err] = await Promise.all([new Response(child.stdout).text(), new Response(child.stderr).text()])
    expect(out).toBe('{\n')
    expect(err).toBe('')
  })
})

test('called as relayplane-proxy it is the same program and goes by that name', async () => {
  const child = Bun.spawn([...program, '--help'], {
    argv0: 'relayplane-proxy',
    env: environmentOf({}),
    stdout: 'pipe',
  })
  expect(await new Response(child.stdout).text()).toContain('"relayplane-proxy" alone is "relayplane-proxy start".')
  expect(await child.exited).toBe(0)
})
