/** What is known of models, against their makers' pages and the snapshot, typed by hand; and that a lookup never fails. */
import { describe, expect, test } from 'bun:test'
import type { Effort } from '../../src/neutral/thinking.ts'
import type { Parameter, ThinkingStyle } from '../../src/neutral/capability.ts'
import { capabilitiesOf } from '../../src/providers/capabilities.ts'
import { factsSource } from '../../src/providers/capability-facts.ts'
import { canonicalName, nameForms } from '../../src/providers/capability-names.ts'
import { capabilityOverrides } from '../../src/providers/capability-overrides.ts'
import { rows } from '../../src/providers/catalog.ts'
import { factsFile, factsPath, snapshotPath } from '../../scripts/write-model-facts.ts'

type Row = readonly [
  provider: string,
  model: string,
  context: number | null,
  output: number | null,
  style: ThinkingStyle,
  efforts: string | null,
  canBeOff: boolean,
]

// Windows and efforts: models.dev 2026-07-02, or the page that the row of capability-overrides.ts names.
const models: readonly Row[] = [
  ['anthropic', 'claude-3-haiku-20240307', 200_000, 4_096, 'none', '', true],
  ['anthropic', 'claude-3-5-haiku-latest', 200_000, 8_192, 'none', '', true],
  ['anthropic', 'claude-3-7-sonnet-20250219', 200_000, 64_000, 'budget', '', true],
  ['anthropic', 'claude-sonnet-4-20250514', 200_000, 64_000, 'budget', '', true],
  ['anthropic', 'claude-opus-4-1', 200_000, 32_000, 'budget', '', true],
  ['anthropic', 'claude-sonnet-4-5-20250929', 200_000, 64_000, 'budget', '', true],
  ['anthropic', 'claude-haiku-4-5', 200_000, 64_000, 'budget', '', true],
  ['anthropic', 'claude-opus-4-5-20251101', 200_000, 64_000, 'budget', 'low medium high', true],
  ['anthropic', 'claude-opus-4-6', 1_000_000, 128_000, 'adaptive', 'low medium high max', true],
  ['anthropic', 'claude-sonnet-4-6', 1_000_000, 64_000, 'adaptive', 'low medium high max', true],
  ['anthropic', 'claude-opus-4-7', 1_000_000, 128_000, 'adaptive', 'low medium high xhigh max', true],
  ['anthropic', 'claude-sonnet-5', 1_000_000, 128_000, 'adaptive', 'low medium high xhigh max', true],
  ['anthropic', 'claude-fable-5', 1_000_000, 128_000, 'adaptive', 'low medium high xhigh max', false],
  ['anthropic', 'claude-opus-5-5', 1_000_000, 128_000, 'adaptive', 'low medium high xhigh max', false],
  ['anthropic', 'claude-haiku-5-5', 1_000_000, 128_000, 'adaptive', 'low medium high xhigh max', true],
  ['anthropic', 'claude-sonnet-9', null, null, 'adaptive', 'low medium high xhigh max', true],
  ['bedrock', 'us.anthropic.claude-sonnet-4-5-20250929-v1:0', 200_000, 64_000, 'budget', '', true],
  ['bedrock', 'eu.anthropic.claude-opus-4-6-v1', 1_000_000, 128_000, 'adaptive', 'low medium high max', true],
  ['bedrock', 'amazon.nova-pro-v1:0', 300_000, 8_192, 'none', '', true],
  ['vertex', 'claude-sonnet-4-5@20250929', 200_000, 64_000, 'budget', '', true],
  ['vertex', 'gemini-2.5-pro', 1_048_576, 65_536, 'budget', '', false],
  ['openrouter', 'anthropic/claude-haiku-4.5', 200_000, 64_000, 'effort', null, true],
  ['openrouter', 'openai/gpt-oss-120b:nitro', 131_072, 131_072, 'effort', null, false],
  ['openai', 'gpt-4o-mini-2024-07-18', 128_000, 16_384, 'none', '', true],
  ['openai', 'gpt-4.1', 1_047_576, 32_768, 'none', '', true],
  ['openai', 'ft:gpt-4.1-mini-2025-04-14:acme::a1b2', 1_047_576, 32_768, 'none', '', true],
  ['openai', 'o3', 200_000, 100_000, 'effort', 'low medium high', false],
  ['openai', 'o4-mini-2025-04-16', 200_000, 100_000, 'effort', 'low medium high', false],
  ['openai', 'gpt-5-2025-08-07', 400_000, 128_000, 'effort', 'minimal low medium high', false],
  ['openai', 'gpt-5.1', 400_000, 128_000, 'effort', 'none low medium high', true],
  ['openai', 'gpt-5.1-codex-max', 400_000, 128_000, 'effort', 'low medium high xhigh', false],
  ['openai', 'gpt-5.2', 400_000, 128_000, 'effort', 'none low medium high xhigh', true],
  ['openai', 'gpt-5-pro', 400_000, 272_000, 'effort', 'high', false],
  ['openai', 'gpt-5.6-sol', 1_050_000, 128_000, 'effort', 'none low medium high xhigh max', true],
  ['openai', 'gpt-6-sol', 1_050_000, 128_000, 'effort', 'none low medium high xhigh max', true],
  ['openai', 'gpt-6.2-sol', 1_050_000, 128_000, 'effort', 'low medium high xhigh max', false],
  ['openai-chatgpt', 'gpt-5.3-codex', 400_000, 128_000, 'effort', 'none low medium high xhigh', true],
  ['google', 'models/gemini-2.0-flash', 1_048_576, 8_192, 'none', '', true],
  ['google', 'gemini-2.5-flash', 1_048_576, 65_536, 'budget', '', true],
  ['google', 'gemini-3-pro-preview', 1_048_576, 65_536, 'effort', 'low high', false],
  ['google', 'gemini-3.5-flash', 1_048_576, 65_536, 'effort', 'minimal low medium high', false],
  ['google', 'gemini-3.8-flash', 1_048_576, 65_536, 'effort', 'low medium high', false],
  ['xai', 'grok-4.3', 1_000_000, 30_000, 'effort', 'none low medium high', true],
  ['xai', 'grok-4.20-0309-reasoning', 1_000_000, 30_000, 'always', '', false],
  ['xai', 'grok-4.5', 500_000, null, 'effort', 'low medium high', false],
  ['deepseek', 'deepseek-reasoner', 1_000_000, 384_000, 'always', '', false],
  ['deepseek', 'deepseek-v4-pro', 1_000_000, 384_000, 'adaptive', 'low high max', true],
  ['mistral', 'mistral-large-latest', 262_144, 262_144, 'none', '', true],
  ['groq', 'openai/gpt-oss-120b', 131_072, 65_536, 'effort', 'low medium high', false],
  ['together', 'moonshotai/Kimi-K2.6', 262_144, 131_000, 'adaptive', '', true],
  ['fireworks', 'accounts/fireworks/models/kimi-k2p5', 262_144, 262_144, 'adaptive', '', true],
  ['perplexity', 'sonar-pro', 200_000, 8_192, 'none', '', true],
  ['ollama', 'gpt-oss:20b', null, null, 'effort', 'low medium high', false],
  ['my-gateway', 'claude-opus-4-5', 200_000, 64_000, 'budget', 'low medium high', true],
]

describe('a model has its window, its longest answer and its way of thinking:', () => {
  for (const [provider, model, context, output, style, efforts, canBeOff] of models)
    test(`${provider}/${model}`, () => {
      const known = capabilitiesOf(provider, model)
      expect([known.contextTokens, known.maxOutputTokens, known.thinking.style, known.thinking.canBeOff]).toEqual([
        context,
        output,
        style,
        canBeOff,
      ])
      const words: readonly Effort[] | null = known.thinking.efforts
      expect(words === null ? null : words.join(' ')).toBe(efforts)
      expect(known.thinking.isKnown).toBe(true)
    })
})

describe('budgets of thinking have the bounds of their model:', () => {
  for (const [provider, model, min, max] of [
    ['anthropic', 'claude-sonnet-4-5', 1024, null],
    ['google', 'gemini-2.5-flash', 0, 24_576],
    ['google', 'gemini-2.5-flash-lite', 512, 24_576],
    ['google', 'gemini-2.5-pro', 128, 32_768],
  ] as const)
    test(model, () => expect(capabilitiesOf(provider, model).thinking.budget).toEqual({ min, max }))
})

describe('parameters that a model answers with an error:', () => {
  const refused: readonly (readonly [provider: string, model: string, always: string, whileThinking: string])[] = [
    ['anthropic', 'claude-opus-4-7', 'temperature top_k top_p', 'temperature top_p top_k'],
    ['anthropic', 'claude-opus-4-6', '', 'temperature top_p top_k'],
    ['anthropic', 'claude-haiku-5-5', 'temperature top_k top_p', 'temperature top_p top_k'],
    ['openai', 'gpt-4o', 'verbosity', ''],
    [
      'openai',
      'o3-mini',
      'frequency_penalty logprobs parallel_tool_calls presence_penalty stop temperature top_p verbosity',
      '',
    ],
    ['openai', 'gpt-5-mini', 'frequency_penalty logprobs presence_penalty stop temperature top_p', ''],
    ['openai', 'gpt-5.2', 'frequency_penalty presence_penalty stop', 'logprobs temperature top_p'],
    ['openai', 'gpt-6.1-sol', 'frequency_penalty logprobs presence_penalty stop temperature top_p', ''],
    ['google', 'gemini-2.5-flash', 'frequency_penalty logprobs presence_penalty', ''],
    ['xai', 'grok-4.3', 'frequency_penalty presence_penalty stop', ''],
    ['xai', 'grok-4.20-0309-non-reasoning', '', ''],
    ['mistral', 'mistral-large-2512', 'cache_key logprobs seed service_tier store top_k user verbosity', ''],
    ['groq', 'llama-3.3-70b-versatile', 'cache_key logprobs n store top_k verbosity', ''],
    ['deepseek', 'deepseek-chat', '', ''],
    ['vllm', 'my-own', '', ''],
  ]
  const listed = (parameters: readonly Parameter[]): string => parameters.toSorted().join(' ')
  for (const [provider, model, always, whileThinking] of refused)
    test(`${provider}/${model}`, () => {
      const known = capabilitiesOf(provider, model)
      expect([listed(known.refused), listed(known.refusedWhileThinking)]).toEqual([
        always,
        whileThinking.split(' ').toSorted().join(' '),
      ])
    })
})

test('temperature and top_p exclude each other for Claude from Opus 4.1 to the 4.6 models, and nowhere else', () => {
  const excludes = (model: string) => capabilitiesOf('anthropic', model).takesOneOfTemperatureAndTopP
  expect(['claude-opus-4-1', 'claude-sonnet-4-5', 'claude-haiku-4-5', 'claude-opus-4-6'].map(excludes)).toEqual([
    true,
    true,
    true,
    true,
  ])
  expect(['claude-sonnet-4-20250514', 'claude-3-haiku-20240307'].map(excludes)).toEqual([false, false])
})

test('media that a model reads are those of the snapshot, and PDFs where the provider reads them with pictures', () => {
  expect(capabilitiesOf('anthropic', 'claude-sonnet-4-5').reads).toEqual(['image', 'document'])
  expect(capabilitiesOf('openai', 'gpt-5').reads).toEqual(['image', 'document'])
  expect(capabilitiesOf('openai', 'gpt-4').reads).toEqual([])
  expect(capabilitiesOf('google', 'gemini-2.5-flash').reads).toEqual(['image', 'document', 'audio', 'video'])
  expect(capabilitiesOf('deepseek', 'deepseek-v4-pro').reads).toEqual([])
  expect(capabilitiesOf('openrouter', 'deepseek/deepseek-v4-pro').reads).toEqual(['document'])
  expect(capabilitiesOf('vllm', 'my-own').reads).toBeNull()
})

test('URLs are taken by the vendors, and not by the clouds for Claude nor by local servers that only read bytes', () => {
  const takes = (provider: string, model: string) => capabilitiesOf(provider, model).takesUrls
  expect(takes('anthropic', 'claude-sonnet-4-5')).toBe(true)
  expect(takes('openai', 'gpt-4o')).toBe(true)
  expect(takes('google', 'gemini-2.5-flash')).toBe(true)
  expect(takes('google', 'gemini-2.0-flash')).toBe(false)
  expect(takes('bedrock', 'anthropic.claude-sonnet-4-6')).toBe(false)
  expect(takes('vertex', 'claude-sonnet-4-6@default')).toBe(false)
  expect(takes('vertex', 'gemini-2.5-flash')).toBe(true)
  expect(takes('ollama', 'llama3.2:latest')).toBe(false)
  expect(capabilitiesOf('google', 'gemini-2.0-flash').ownUrls).toContain('https://youtu.be/')
})

test('reasoning is wanted back in plain text by the open models that call tools while they think', () => {
  const echoes = (provider: string, model: string) => capabilitiesOf(provider, model).echoesReasoning
  expect(echoes('deepseek', 'deepseek-reasoner')).toBe(true)
  expect(echoes('deepseek', 'deepseek-chat')).toBe(false)
  expect(echoes('together', 'deepseek-ai/DeepSeek-V4-Pro')).toBe(true)
  expect(echoes('fireworks', 'accounts/fireworks/models/glm-4p7')).toBe(true)
  expect(echoes('openrouter', 'minimax/minimax-m2.1')).toBe(true)
  expect(echoes('groq', 'openai/gpt-oss-120b')).toBe(false)
  expect(echoes('openai', 'gpt-5.2')).toBe(false)
})

test('OpenAI calls the limit max_completion_tokens, and everybody else max_tokens', () => {
  expect(capabilitiesOf('openai', 'o3').maxTokensField).toBe('max_completion_tokens')
  expect(capabilitiesOf('azure', 'my-deployment').maxTokensField).toBe('max_completion_tokens')
  expect(capabilitiesOf('groq', 'llama-3.3-70b-versatile').maxTokensField).toBe('max_tokens')
})

test('only what a provider says of its own model takes its tools away', () => {
  expect(capabilitiesOf('perplexity', 'sonar-pro').hasTools).toBe(false)
  expect(capabilitiesOf('groq', 'groq/compound').hasTools).toBe(false)
  expect(capabilitiesOf('my-gateway', 'sonar-pro').hasTools).toBeNull()
  expect(capabilitiesOf('ollama', 'gpt-oss:20b').hasTools).toBeNull()
  expect(capabilitiesOf('openai', 'gpt-5').hasTools).toBe(true)
})

test('models that are not to be forced to a tool, and those that do so only without thinking', () => {
  const forced = (provider: string, model: string) => capabilitiesOf(provider, model).forcedTools
  expect(forced('anthropic', 'claude-sonnet-5-5')).toBe('never')
  expect(forced('anthropic', 'claude-fable-5-1')).toBe('never')
  expect(forced('anthropic', 'claude-sonnet-4-6')).toBe('unless-thinking')
  expect(forced('openai', 'gpt-5.2')).toBe('always')
})

test('GPT-5.6 and GPT-6 think with tools in the Responses API only', () => {
  expect(capabilitiesOf('openai', 'gpt-5.6-terra').thinksWithToolsInChat).toBe(false)
  expect(capabilitiesOf('openai', 'gpt-6-astra').thinksWithToolsInChat).toBe(false)
  expect(capabilitiesOf('openai', 'gpt-5.5').thinksWithToolsInChat).toBe(true)
})

test('a model that nothing is known of is not restricted', () => {
  expect(capabilitiesOf('my-gateway', 'something-new')).toEqual({
    model: 'something-new',
    from: 'nowhere',
    contextTokens: null,
    maxInputTokens: null,
    maxOutputTokens: null,
    reads: null,
    writes: null,
    hasTools: null,
    forcedTools: 'always',
    thinksWithToolsInChat: true,
    thinking: {
      style: 'effort',
      isKnown: false,
      efforts: null,
      budget: null,
      canBeOff: true,
      isOnByDefault: false,
      maxEffortWhenOff: null,
    },
    refused: [],
    refusedWhileThinking: [],
    takesOneOfTemperatureAndTopP: false,
    maxTemperature: null,
    maxStops: null,
    structuredOutput: null,
    takesUrls: true,
    ownUrls: [],
    echoesReasoning: false,
    maxTokensField: 'max_tokens',
  })
})

describe('every host calls a model something else, and it is one name here:', () => {
  for (const [name, canonical] of [
    ['us.anthropic.claude-sonnet-4-5-20250929-v1:0', 'claude-sonnet-4-5'],
    ['arn:aws:bedrock:eu-west-1:123456789012:inference-profile/eu.anthropic.claude-opus-4-6-v1', 'claude-opus-4-6'],
    ['claude-sonnet-4-5@20250929', 'claude-sonnet-4-5'],
    ['claude-opus-4-8@default', 'claude-opus-4-8'],
    ['anthropic/claude-sonnet-4.5', 'claude-sonnet-4-5'],
    ['anthropic/claude-3.7-sonnet:beta', 'claude-3-7-sonnet'],
    ['openai/gpt-oss-120b-maas', 'gpt-oss-120b'],
    ['accounts/fireworks/models/llama-v3p1-8b-instruct', 'llama-3-1-8b-instruct'],
    ['accounts/fireworks/models/kimi-k2p6', 'kimi-k2-6'],
    ['gpt-4o-2024-08-06', 'gpt-4o'],
    ['models/gemini-2.5-flash', 'gemini-2-5-flash'],
    ['gpt-oss:20b', 'gpt-oss-20b'],
    ['MiniMaxAI/MiniMax-M2.5', 'minimax-m2-5'],
  ] as const)
    test(name, () => expect(canonicalName(name)).toBe(canonical))
})

test('a version is never cut off a name: Opus 4.9 is not taken for Opus 4', () => {
  expect(nameForms('claude-opus-4-9')).toEqual(['claude-opus-4-9'])
  expect(nameForms('gpt-7')).toEqual(['gpt-7'])
  expect(nameForms('mistral-large-2609')).toEqual(['mistral-large-2609', 'mistral-large', 'mistral-large-latest'])
})

test('no name makes a lookup fail, however odd, and the same question has the same answer', () => {
  const odd = [
    '',
    ' ',
    '/',
    '::',
    '@',
    '\0',
    'ft:',
    '-'.repeat(5000),
    'claude-'.repeat(2000),
    '🦙',
    '__proto__',
    'constructor',
    'a.b.c:d@e',
  ]
  for (const provider of ['anthropic', 'openai', '', '__proto__', 'constructor', ...rows.map(({ id }) => id)])
    for (const model of odd) {
      const known = capabilitiesOf(provider, model)
      expect(known.model).toBe(model)
      expect(capabilitiesOf(provider, model)).toEqual(known)
    }
})

test('every reviewed row names a page and a day', () => {
  for (const { source } of capabilityOverrides) {
    expect(source[0]).toStartWith('https://')
    expect(source[1]).toMatch(/^2026-\d\d-\d\d$/)
  }
})

test('the table says where it is from, its licence and its day', () => {
  expect(factsSource()).toEqual({
    source: 'https://models.dev (github.com/anomalyco/models.dev)',
    licence: 'MIT',
    snapshot: '2026-07-02',
  })
})

const snapshot = Bun.file(snapshotPath)
const isHere = await snapshot.exists()
test.skipIf(!isHere)(
  `the table is what its script writes${isHere ? '' : ' (SKIPPED: the models.dev snapshot is not here)'}`,
  async () => {
    expect(await Bun.file(factsPath).text()).toBe(factsFile(JSON.parse(await snapshot.text())))
  },
)
