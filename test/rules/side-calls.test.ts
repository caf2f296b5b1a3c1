import { expect, test } from 'bun:test'
import { noShape } from '../../src/neutral/shape.ts'
import { sideCallOf, type SideCallFacts } from '../../src/rules/side-calls.ts'

const facts = (text: string, rest: Partial<SideCallFacts> = {}): SideCallFacts => ({
  system: '',
  shape: {
    ...noShape,
    lastUserText: text.slice(-4000),
    lastUserStart: text.slice(0, 600),
    lastUserChars: text.length,
    userTurns: 1,
  },
  toolCount: 0,
  maxOutputTokens: 32_000,
  requestClass: null,
  isCompaction: false,
  ...rest,
})

const kindOf = (text: string, rest: Partial<SideCallFacts> = {}) => sideCallOf(facts(text, rest))?.kind ?? null

test('Claude Code: the title, behind the line that names itself', () => {
  const system =
    'You are Claude Code, the official CLI.\nGenerate a concise, sentence-case title (3-7 words) that captures the main topic.'
  expect(sideCallOf(facts('fix the login bug', { system }))).toEqual({
    kind: 'title',
    why: 'its system prompt says "Generate a concise, sentence-case title"',
    isSmall: true,
  })
})

test('Claude Code: topic, quota, warm-up, suggestion, recap, command check', () => {
  const system = 'Analyze if this message indicates a new conversation topic. If it does, extract a 2-3 word title.'
  expect(kindOf('who are you', { system })).toBe('topic')
  expect(kindOf('quota', { maxOutputTokens: 1 })).toBe('quota')
  expect(kindOf('Warmup', { toolCount: 20 })).toBe('warm-up')
  expect(kindOf('[SUGGESTION MODE: Suggest what the user might type next]', { toolCount: 20 })).toBe('suggestion')
  expect(kindOf('The user stepped away and is coming back. Recap in under 40 words.', { toolCount: 20 })).toBe('recap')
  expect(kindOf('Your task is to process Bash commands that an AI coding agent wants to run.')).toBe('command-check')
})

test('Claude Code: the summary, told by its own prompt also where tools are sent, and no job for a small model', () => {
  const prompt =
    'CRITICAL: Respond with TEXT ONLY. Do NOT call any tools.\n\nYour task is to create a detailed summary of the conversation so far.'
  expect(sideCallOf(facts(prompt, { toolCount: 20 }))).toMatchObject({ kind: 'summary', isSmall: false })
})

test('Codex: the compaction by its prompt, and by its path', () => {
  expect(
    kindOf('You are performing a CONTEXT CHECKPOINT COMPACTION. Create a handoff summary.', { toolCount: 9 }),
  ).toBe('summary')
  expect(kindOf('', { isCompaction: true })).toBe('summary')
})

test('OpenCode: the title, and the summary whose instruction stands at the end', () => {
  expect(
    kindOf('Generate a title for this conversation:', {
      system: 'You are a title generator. You output ONLY a title.',
    }),
  ).toBe('title')
  const prompt = `<conversation>\n${'user: build it\n'.repeat(900)}</conversation>\n\nCreate a new anchored summary from the conversation history in the tags above.`
  expect(kindOf(prompt)).toBe('summary')
})

test('Gemini CLI: its choice of a model, and whose turn it is', () => {
  expect(
    kindOf('hi', {
      system: "You are a specialized Task Routing AI. Your sole function is to analyze the user's request.",
    }),
  ).toBe('routing')
  expect(kindOf('Analyze *only* the content and structure of your immediately preceding response.')).toBe('turn-check')
})

test('what the client itself says is believed where no prompt tells more', () => {
  expect(kindOf('x', { requestClass: 'auxiliary' })).toBe('other')
  expect(kindOf('x', { requestClass: 'compaction' })).toBe('summary')
  expect(kindOf('x', { requestClass: 'main' })).toBeNull()
  expect(kindOf('x', { requestClass: 'constructor' })).toBeNull()
})

test('work is none of these', () => {
  expect(
    kindOf('Fix the failing test.', { toolCount: 20, system: 'You are an agent for software engineering.' }),
  ).toBeNull()
  expect(kindOf('Write a title for my blog post.')).toBeNull()
  expect(kindOf('Summarize this file in three sentences.')).toBeNull()
  expect(kindOf('What does the quota endpoint return?', { maxOutputTokens: 500 })).toBeNull()
})

test('a person who quotes such a prompt in the middle of a sentence is at work', () => {
  expect(
    kindOf('Why does the agent send "Your task is to create a detailed summary of the conversation so far"?'),
  ).toBeNull()
  const system = 'You review prompts such as "Generate a concise, sentence-case title (3-7 words)".'
  expect(kindOf('go on', { system })).toBeNull()
})

test('a title prompt in the system prompt of an agent with tools is a part of its work', () => {
  const system = 'You are an agent.\nGenerate a concise, sentence-case title (3-7 words) for each commit.'
  expect(kindOf('commit', { system, toolCount: 12 })).toBeNull()
})

test('"Warmup" in the middle of a conversation is a word like any other', () => {
  const { shape } = facts('Warmup')
  expect(kindOf('Warmup', { shape: { ...shape, userTurns: 4 } })).toBeNull()
})
