import { expect, setDefaultTimeout, test } from 'bun:test'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { tempFolder } from '../support/folder.ts'
import { environmentOf, program } from './program.ts'

// Each test waits for processes, which a busy machine starts slowly.
setDefaultTimeout(30_000)

interface Step {
  /** Once this stands on the screen … */
  readonly after: string
  /** … this is typed. */
  readonly type: string
}

/** Runs the program in a terminal of its own, types when asked, and gives the screen without its colours. */
async function atTerminal(words: readonly string[], home: string, steps: readonly Step[], variables = {}) {
  let screen = ''
  const waiting = [...steps]
  const child = Bun.spawn([...program, ...words], {
    env: { ...environmentOf({ home, variables }), TERM: 'xterm' },
    terminal: {
      cols: 200,
      rows: 50,
      data(terminal, data) {
        screen += Buffer.from(data).toString()
        const [step] = waiting
        if (step === undefined || !Bun.stripANSI(screen).includes(step.after)) return
        waiting.shift()
        terminal.write(step.type)
      },
    },
  })
  const code = await child.exited
  child.terminal?.close()
  return { code, screen, text: Bun.stripANSI(screen).replaceAll('\r', '') }
}

const stored = (home: string) => JSON.parse(readFileSync(join(home, 'credentials.json'), 'utf8'))

test('set-key asks for the key and shows nothing of what is typed', async () => {
  const home = tempFolder()
  const { code, text } = await atTerminal(['config', 'set-key'], home, [
    { after: 'Key (not shown)', type: 'sk-ant-api03-fakeX\u007F0000000000wxyz\r' },
  ])
  expect(code).toBe(0)
  expect(stored(home)).toEqual({ providers: { anthropic: { apiKey: 'sk-ant-api03-fake0000000000wxyz' } } })
  expect(text).toContain('The key sk-ant-…wxyz of anthropic is stored')
  expect(text).not.toContain('fake')
})

test('an interrupted set-key stores nothing', async () => {
  const home = tempFolder()
  const { code, text } = await atTerminal(['config', 'set-key'], home, [
    { after: 'Key (not shown)', type: 'sk-ant-api03\u0003' },
  ])
  expect(code).toBe(2)
  expect(text).toContain('Nothing was stored.')
  expect(() => stored(home)).toThrow('ENOENT')
})

test('init makes the config, stores the keys that are chosen, and shows how clients are pointed here', async () => {
  const home = tempFolder()
  const { code, text } = await atTerminal(
    ['init'],
    home,
    [
      { after: 'Store keys', type: '\u001B[B \r' },
      { after: 'Key of Google Gemini', type: 'AIzaFake00000000000000000000000000wxyz\r' },
    ],
    { ANTHROPIC_API_KEY: 'sk-ant-fake-000000000000' },
  )
  expect(code).toBe(0)
  expect(text).toContain(`${join(home, 'config.json')} is made.`)
  expect(text).toContain('Anthropic: a key is in ANTHROPIC_API_KEY.')
  expect(text).toContain('Claude Code: ANTHROPIC_BASE_URL=http://localhost:4801 claude')
  expect(text).not.toContain('Fake')
  expect(stored(home)).toEqual({ providers: { google: { apiKey: 'AIzaFake00000000000000000000000000wxyz' } } })
})

test('init does not store the key of one provider for another', async () => {
  const home = tempFolder()
  writeFileSync(join(home, 'config.json'), '{"enabled": false}')
  const { code, text } = await atTerminal(['init'], home, [
    { after: 'Store keys', type: ' \r' },
    { after: 'Key of Anthropic', type: 'gsk_fake000000000000000000000000000000000000000000000000\r' },
  ])
  expect(code).toBe(0)
  expect(text).toContain(`${join(home, 'config.json')} is there already and stays as it is.`)
  expect(text).toContain('By its beginning this is a key of groq; it is not stored.')
  expect(() => stored(home)).toThrow('ENOENT')
})

test('a terminal gets colours, unless NO_COLOR is set', async () => {
  const home = tempFolder()
  const coloured = await atTerminal(['--help'], home, [])
  const plain = await atTerminal(['--help'], home, [], { NO_COLOR: '1' })
  expect(coloured.screen).toContain('\u001B[1mUsage\u001B[22m')
  expect(plain.screen).not.toContain('\u001B')
})
