/** Whose request it is: where a session and an agent are found, in which order, and what a fingerprint ignores. */
import { describe, expect, test } from 'bun:test'
import { identify, openFingerprints, readTags, stable } from '../../src/pipeline/identify.ts'
import type { RequestFacts } from '../../src/wire/dialect.ts'
import { noRequestFacts } from '../../src/wire/no-facts.ts'

const facts = (over: Partial<RequestFacts> = {}): RequestFacts => ({ ...noRequestFacts, ...over })
const identity = (headers: Record<string, string>, over: Partial<RequestFacts> = {}) =>
  identify(new Headers(headers), facts(over))
const opening = (system: string, user: string) => ({ opening: { system, user } })

describe('a session', () => {
  test('is the first of what is said about it', () => {
    const headers = {
      'x-relayplane-session': 'mine',
      'x-claude-code-session-id': 'cc',
      'session-id': 'cx',
      session_id: 'cx-old',
      'x-session-id': 'other',
    }
    const body = { session: { id: 'in-body', source: 'metadata' as const }, ...opening('s', 'u') }
    const order = [
      ['mine', 'header'],
      ['cc', 'claude-code'],
      ['cx', 'codex'],
      ['cx-old', 'codex'],
      ['other', 'header'],
      ['in-body', 'metadata'],
    ]
    const left: Record<string, string> = { ...headers }
    for (const [id, source] of order) {
      expect(identity(left, body).session).toEqual({ id: id ?? '', source: source ?? '' })
      const [next] = Object.keys(left)
      if (next !== undefined) delete left[next]
    }
    expect(identity({}, opening('s', 'u')).session?.source).toBe('fingerprint')
    expect(identity({}).session).toBeNull()
  })

  test('has an id that a table can show: printable, at most 200 characters, not blank', () => {
    expect(identity({ 'x-relayplane-session': `  a\u00e9b  ` }).session?.id).toBe('ab')
    expect(identity({ 'x-relayplane-session': 'x'.repeat(300) }).session?.id).toBe('x'.repeat(200))
    expect(identity({ 'x-relayplane-session': '   ', 'x-session-id': 'b' }).session?.id).toBe('b')
  })

  test('without a name is told by how it began', () => {
    const one = identity({}, opening('You are kind.', 'Fix the bug')).session
    expect(one?.id).toMatch(/^fp_[0-9a-f]{16}$/)
    expect(identity({}, opening('You are kind.', 'Fix the bug')).session).toEqual(one)
    expect(identity({}, opening('You are kind.', 'Fix the other bug')).session).not.toEqual(one)
    expect(identity({}, opening('You are rude.', 'Fix the bug')).session).not.toEqual(one)
  })
})

describe('an agent', () => {
  test.each([
    ['claude-cli/2.1.80 (external, cli)', 'claude-code'],
    ['codex_cli_rs/0.98.0 (Debian 13; x86_64) xterm', 'codex'],
    ['codex-tui/0.120.0', 'codex'],
    ['opencode/1.2.3 ai-sdk/provider-utils', 'opencode'],
    ['GeminiCLI/0.30.0/gemini-2.5-pro (linux; x64)', 'gemini-cli'],
    ['aider/0.86', 'aider'],
    ['Cursor/1.0', 'cursor'],
  ])('called %s is %s', (userAgent, name) => {
    expect(identity({ 'user-agent': userAgent }, opening('You are a bot.', 'hi')).agent).toEqual({
      name,
      source: 'user-agent',
    })
  })

  test('is what the caller says, before its program', () => {
    expect(identity({ 'x-relayplane-agent': 'nightly', 'user-agent': 'claude-cli/2' }).agent).toEqual({
      name: 'nightly',
      source: 'header',
    })
  })

  test('of an unknown program is told by its system prompt, else by the program', () => {
    const named = identity({ 'user-agent': 'OpenAI/Python 1.2' }, opening('You sort mail.', 'hi')).agent
    expect(named).toMatchObject({ source: 'fingerprint', name: expect.stringMatching(/^agent-[0-9a-f]{8}$/) })
    expect(identity({ 'user-agent': 'OpenAI/Python 1.2' }).agent).toEqual({ name: 'OpenAI', source: 'user-agent' })
    expect(identity({}).agent).toBeNull()
  })
})

describe("a sub-agent of Claude Code's", () => {
  const preface = "You are a Claude agent, built on Anthropic's Claude Agent SDK.\n"
  const explorer = `${preface}You are a file search specialist for Claude Code, Anthropic's official CLI for Claude.`
  const main = { 'user-agent': 'claude-cli/2.1.330 (external, sdk-cli)', 'x-claude-code-session-id': 'one' }
  const sub = { ...main, 'x-claude-code-agent-id': 'a8a3454d52df7633b' }
  const hinted = (type: string) => ({
    ...sub,
    'x-claude-code-agent-type': type,
    'x-claude-code-request-class': 'subagent',
  })
  const agentOf = (headers: Record<string, string>, system: string) => identity(headers, opening(system, 'hi')).agent

  test.each([
    ['You are a file search specialist for Claude Code, here', 'claude-code/explore'],
    ["You are an agent for Claude Code, Anthropic's official CLI", 'claude-code/general-purpose'],
    ['You are a software architect and planning specialist for Claude Code. Your', 'claude-code/plan'],
  ])('of a built-in type is told by how its prompt begins: %s', (system, name) => {
    expect(agentOf(sub, preface + system)?.name).toBe(name)
    expect(agentOf(sub, `You are Claude Code, Anthropic's official CLI for Claude.\n${system}`)?.name).toBe(name)
  })

  test('is in the same session as the agent that sent it, which keeps its own name', () => {
    expect(identity(sub, opening(explorer, 'hi'))).toEqual({
      session: { id: 'one', source: 'claude-code' },
      agent: { name: 'claude-code/explore', source: 'fingerprint' },
    })
    expect(identity(main, opening(explorer, 'hi'))).toEqual({
      session: { id: 'one', source: 'claude-code' },
      agent: { name: 'claude-code', source: 'user-agent' },
    })
  })

  test('has the type that a header names, but for custom, which all that users define are', () => {
    expect(agentOf(hinted('Explore'), explorer)).toEqual({ name: 'claude-code/explore', source: 'header' })
    expect(agentOf(hinted('statusline-setup'), preface)?.name).toBe('claude-code/statusline-setup')
    const custom = agentOf(hinted('custom'), `${preface}You are a stern reviewer.`)
    expect(custom).toEqual({ name: expect.stringMatching(/^claude-code\/[0-9a-f]{8}$/), source: 'fingerprint' })
    expect(agentOf(hinted('<b>'), explorer)?.name).toBe('claude-code/explore')
  })

  test('of a type of its user is told by the first paragraph of its prompt, whatever Claude Code puts after it', () => {
    const stern = 'You are a stern reviewer of things.'
    const one = agentOf(sub, `${preface}${stern}\n\nNotes:\n- Agent threads have their cwd reset`)
    expect(one?.name).toMatch(/^claude-code\/[0-9a-f]{8}$/)
    expect(agentOf(sub, `${preface}${stern}\n\nMessages from the agent that launched you`)).toEqual(one)
    expect(agentOf(sub, `${preface}You are a kind reviewer of things.\n\nNotes:`)).not.toEqual(one)
  })

  test('is not what Claude Code does on the side', () => {
    const summary = `${preface}You are a helpful AI assistant tasked with summarizing conversations.`
    expect(agentOf(sub, summary)?.name).toBe('claude-code')
    expect(agentOf(sub, '')?.name).toBe('claude-code')
    for (const kind of ['compaction', 'auxiliary', 'side_reply']) {
      expect(agentOf({ ...sub, 'x-claude-code-request-class': kind }, explorer)?.name).toBe('claude-code')
    }
    const title = 'Generate a concise, sentence-case title (3-7 words)'
    expect(agentOf(main, preface + title)?.name).toBe('claude-code')
  })

  test('is what the caller says it is, and nothing that another program says', () => {
    expect(agentOf({ ...sub, 'x-relayplane-agent': 'nightly' }, explorer)?.name).toBe('nightly')
    expect(agentOf({ ...sub, 'user-agent': 'codex-tui/0.120.0' }, explorer)?.name).toBe('codex')
  })
})

describe('a fingerprint ignores what changes from run to run:', () => {
  const prompt = (path: string, date: string, id: string, tail = '') =>
    `You are a coding agent. Working directory: ${path}. Today is ${date}. Session ${id}. Be brief.${tail}`
  const path = '/home/ann/projects/shop'
  const date = 'Mon Jan 05 2026 10:30 AM'
  const id = '0a1b2c3d-0000-4000-8000-0123456789ab'
  const one = prompt(path, date, id)

  test.each([
    ['a path', prompt('/Users/bob/src/x', date, id)],
    ['a path of Windows', prompt('C:\\Users\\bob\\x', date, id)],
    ['a date', prompt(path, 'Sun Dec 28 2025 9:05 PM', id)],
    ['an id', prompt(path, date, 'ffffffff-1111-4222-8333-0123456789ab')],
    ['a commit', prompt(path, date, 'deadbee5')],
  ])('%s', (_what, other) => {
    expect(stable(other)).toBe(stable(one))
    const agentOf = (system: string) => identity({}, opening(system, 'hi')).agent
    expect(agentOf(other)).toEqual(agentOf(one))
  })

  test('a weekday and a month written out', () => {
    expect(stable('Today is Monday, January 5, 2026.')).toBe(stable('Today is Wednesday, October 14, 2027.'))
  })

  test('the length of a path moves nothing that comes after it', () => {
    const long = ' And so on.'.repeat(120)
    const deep = `/home/${'deep/'.repeat(40)}x`
    expect(stable(prompt(deep, '2026-01-05', '1', long))).toBe(stable(prompt('/home/ann', '2025-12-31', '22', long)))
  })

  test('but not what the prompt says', () => {
    expect(stable('You write Go.')).not.toBe(stable('You write Rust.'))
  })
})

test('a fingerprint that is remembered is the one that was taken, however many there are', () => {
  const fingerprintOf = openFingerprints()
  const letters = 'abcdefghijklmnopqrstuvwxyz'.split('')
  const prompts = letters.flatMap((one) => letters.flatMap((two) => [`You are x${one}${two}.`, `I do x${one}${two}.`]))
  const first = prompts.map(fingerprintOf)
  expect(prompts.map(fingerprintOf)).toEqual(first)
  expect(new Set(first).size).toBe(1352)
  expect(fingerprintOf('Today is 2026-01-05. You are ab.')).toBe(fingerprintOf('Today is 2027-10-14. You are ab.'))
  expect(fingerprintOf('')).toBe('')
})

describe('tags', () => {
  test.each([
    ['team=web,env = prod', { team: 'web', env: 'prod' }],
    ['query=a=b', { query: 'a=b' }],
    ['{"team":"web","n":3,"on":true}', { team: 'web', n: '3', on: 'true' }],
    [' {"a":"b"}', { a: 'b' }],
    ['{}', {}],
  ])('%s', (header, tags) => expect(readTags(header)).toEqual(tags))

  test('none are none', () => {
    expect(readTags(null)).toBeNull()
    expect(readTags('  ')).toBeNull()
  })

  test.each([
    ['nonsense', 'the tags are not written k=v,k=v'],
    ['{"a":', 'the tags are not valid JSON'],
    ['{"a":{"b":1}}', 'the tags are not a flat object'],
    ['{"a":null}', 'the tags are not a flat object'],
    ['{"a":["b"]}', 'the tags are not a flat object'],
    ['=x', 'a tag without a name, or longer than 64 characters (name) or 256 (value)'],
    [`a=${'x'.repeat(257)}`, 'a tag without a name, or longer than 64 characters (name) or 256 (value)'],
    [`${'k'.repeat(65)}=x`, 'a tag without a name, or longer than 64 characters (name) or 256 (value)'],
    [Array.from({ length: 17 }, (_, i) => `k${i}=v`).join(), 'more than 16 tags'],
  ])('%s are left out, with the reason', (header, reason) => expect(readTags(header)).toBe(reason))
})
