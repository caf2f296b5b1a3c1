/**
 * Our own reviewed prices, in front of the public table's: models that it lacks or has stale. Data only; each row names the
 * page it stands on. What the terms of a request do is in `price-terms.ts`, kinds left out are in `price-gaps.ts`.
 */
import { claudePrices, type DatedUsd, gpt6SolPage, modelsDev, type Source, type Usd } from './price-sources.ts'

/** Prices of models, in front of the table's. Providers are named as the table names them. */
export interface ModelOverride {
  readonly provider: string
  readonly names: readonly string[]
  /** Further names, in lower case: dated ones. */
  readonly models?: RegExp
  /** The table lacks the model: a fetched one that lists a name of it knows better. */
  readonly isMissing?: true
  /** Prices, or the id of the table's row that holds for these names too. */
  readonly prices: readonly DatedUsd[] | { readonly sameAs: string }
  readonly source: Source
}

const at = (date: string) => Date.parse(date)

const deepseekPage = (checked: string, why: string): Source => ({
  page: 'https://api-docs.deepseek.com/quick_start/pricing',
  checked,
  why,
})

// Beijing 9-12 and 14-18 o'clock. The page also exempts Chinese public holidays, which no rule can know in advance.
const deepseekPeak = {
  hours: [
    [3_600, 14_400],
    [21_600, 36_000],
  ],
} as const
const weekdays = [1, 2, 3, 4, 5]
const peakStart = at('2026-08-16T16:00:00Z')
const weekendsOff = at('2026-08-22T16:00:00Z')
const flash41 = at('2026-09-09T16:00:00Z')

const deepseekFlash: readonly DatedUsd[] = [
  { usd: { input: '0.14', cacheRead: '0.0028', output: '0.28' } },
  { when: { fromMs: peakStart }, usd: { input: '0.22', cacheRead: '0.007', output: '0.66' } },
  {
    when: { fromMs: peakStart, untilMs: weekendsOff, ...deepseekPeak },
    usd: { input: '0.44', cacheRead: '0.014', output: '1.32' },
  },
  {
    when: { fromMs: weekendsOff, days: weekdays, ...deepseekPeak },
    usd: { input: '0.44', cacheRead: '0.014', output: '1.32' },
  },
  { when: { fromMs: flash41 }, usd: { input: '0.15', cacheRead: '0.003', output: '0.6' } },
  {
    when: { fromMs: flash41, days: weekdays, ...deepseekPeak },
    usd: { input: '0.3', cacheRead: '0.006', output: '1.2' },
  },
]

const deepseekPro: readonly DatedUsd[] = [
  { usd: { input: '0.435', cacheRead: '0.003625', output: '0.87' } },
  { when: { fromMs: peakStart }, usd: { input: '0.66', cacheRead: '0.022', output: '1.98' } },
  {
    when: { fromMs: peakStart, untilMs: weekendsOff, ...deepseekPeak },
    usd: { input: '1.32', cacheRead: '0.044', output: '3.96' },
  },
  {
    when: { fromMs: weekendsOff, days: weekdays, ...deepseekPeak },
    usd: { input: '1.32', cacheRead: '0.044', output: '3.96' },
  },
]
const gpt6Sol = (cacheRead: string, over: string): readonly DatedUsd[] => [
  {
    usd: { input: '2', cacheRead, cacheWrite5m: '2.5', output: '10', webSearch: '10' },
    over: { above: 272_000, usd: { input: '4', cacheRead: over, cacheWrite5m: '5', output: '15' } },
  },
]

/** The five prices of a Claude model, in the order of its page. */
const claude = (input: string, cacheWrite5m: string, cacheWrite1h: string, cacheRead: string, output: string): Usd => ({
  input,
  cacheWrite5m,
  cacheWrite1h,
  cacheRead,
  output,
})

const grok420 = ['grok-4.20-0309-reasoning', 'grok-4.20-0309-non-reasoning', 'grok-4.20-multi-agent-0309']
const devstral = ['devstral-latest', 'devstral-medium-latest', 'devstral-medium-2507']

type MissingModel = readonly [provider: string, model: string, input: string, output: string, cacheRead?: string]

/** What the table lacks and models.dev has, most of all the current models of Together. */
const missingModels: readonly MissingModel[] = [
  ['fireworks', 'accounts/fireworks/routers/kimi-k2p6-turbo', '2', '8', '0.3'],
  ['groq', 'meta-llama/llama-prompt-guard-2-22m', '0.03', '0.03'],
  ['groq', 'meta-llama/llama-prompt-guard-2-86m', '0.04', '0.04'],
  ['mistral', 'magistral-small', '0.5', '1.5'],
  ['mistral', 'mistral-small-2506', '0.1', '0.3'],
  ['mistral', 'open-mixtral-8x22b', '2', '6'],
  ['together', 'LiquidAI/LFM2-24B-A2B', '0.03', '0.12'],
  ['together', 'MiniMaxAI/MiniMax-M2.5', '0.3', '1.2', '0.06'],
  ['together', 'MiniMaxAI/MiniMax-M2.7', '0.3', '1.2', '0.06'],
  ['together', 'MiniMaxAI/MiniMax-M3', '0.3', '1.2', '0.06'],
  ['together', 'Qwen/Qwen2.5-7B-Instruct-Turbo', '0.3', '0.3'],
  ['together', 'Qwen/Qwen3-235B-A22B-Instruct-2507-tput', '0.2', '0.6'],
  ['together', 'Qwen/Qwen3-Coder-480B-A35B-Instruct-FP8', '2', '2'],
  ['together', 'Qwen/Qwen3-Coder-Next-FP8', '0.5', '1.2'],
  ['together', 'Qwen/Qwen3.5-397B-A17B', '0.6', '3.6', '0.35'],
  ['together', 'Qwen/Qwen3.5-9B', '0.17', '0.25'],
  ['together', 'Qwen/Qwen3.6-Plus', '0.5', '3'],
  ['together', 'Qwen/Qwen3.7-Max', '1.25', '3.75', '0.13'],
  ['together', 'deepcogito/cogito-v2-1-671b', '1.25', '1.25'],
  ['together', 'deepseek-ai/DeepSeek-R1', '3', '7'],
  ['together', 'deepseek-ai/DeepSeek-V3', '1.25', '1.25'],
  ['together', 'deepseek-ai/DeepSeek-V3-1', '0.6', '1.7'],
  ['together', 'deepseek-ai/DeepSeek-V4-Pro', '1.74', '3.48', '0.2'],
  ['together', 'essentialai/Rnj-1-Instruct', '0.15', '0.15'],
  ['together', 'google/gemma-3n-E4B-it', '0.06', '0.12'],
  ['together', 'google/gemma-4-31B-it', '0.39', '0.97'],
  ['together', 'moonshotai/Kimi-K2.5', '0.5', '2.8'],
  ['together', 'moonshotai/Kimi-K2.6', '1.2', '4.5', '0.2'],
  ['together', 'moonshotai/Kimi-K2.7-Code', '0.95', '4', '0.19'],
  ['together', 'nvidia/nemotron-3-ultra-550b-a55b', '0.6', '3.6', '0.2'],
  ['together', 'openai/gpt-oss-120b', '0.15', '0.6'],
  ['together', 'openai/gpt-oss-20b', '0.05', '0.2'],
  ['together', 'pearl-ai/gemma-4-31b-it', '0.28', '0.86'],
  ['together', 'zai-org/GLM-5', '1', '3.2'],
  ['together', 'zai-org/GLM-5.1', '1.4', '4.4'],
  ['together', 'zai-org/GLM-5.2', '1.4', '4.4', '0.26'],
]

const missing = missingModels.map(([provider, model, input, output, cacheRead]): ModelOverride => ({
  provider,
  names: [model],
  isMissing: true,
  prices: [{ usd: cacheRead === undefined ? { input, output } : { input, output, cacheRead } }],
  source: modelsDev('Not in the table.'),
}))

/** Names that another row of the table stands for. */
const aliases: readonly (readonly [provider: string, names: readonly string[], sameAs: string, source: Source])[] = [
  ['anthropic', ['claude-mythos-5'], 'claude-fable-5', claudePrices('Same prices as Fable 5.', '2026-09-01')],
  ['anthropic', ['claude-mythos-5-1'], 'claude-fable-5-1', claudePrices('Same prices as Fable 5.1.', '2026-09-01')],
  ['openai', ['gpt-5.3-codex-spark'], 'gpt-5.3-codex', modelsDev('Not in the table; has the price of GPT-5.3 Codex.')],
  ['x-ai', grok420, 'grok-4.20', modelsDev('Dated names of Grok 4.20.')],
  ['mistral', ['mistral-large-latest'], 'mistral-large-2512', modelsDev('The alias moved on to Large 3.')],
  ['mistral', ['mistral-small-latest'], 'mistral-small-2603', modelsDev('The alias moved on to Small 4.')],
  ['mistral', ['mistral-medium-2604'], 'mistral-medium-3-5', modelsDev('Dated name of Medium 3.5.')],
  ['mistral', devstral, 'devstral-2512', modelsDev('Not in the table under these names.')],
]

export const modelOverrides: readonly ModelOverride[] = [
  {
    provider: 'anthropic',
    names: ['claude-haiku-5-5'],
    models: /^claude-haiku-5-5-\d{8}$/,
    isMissing: true,
    prices: [
      {
        usd: { ...claude('0.1', '0.125', '0.2', '0.01', '0.5'), webSearch: '10' },
        over: { above: 100_000, usd: claude('0.5', '0.625', '1', '0.05', '2.5') },
      },
    ],
    source: claudePrices('Newer than the table. Two prices by the length of the prompt.', '2026-10-24'),
  },
  {
    provider: 'anthropic',
    names: ['claude-sonnet-5-5'],
    models: /^claude-sonnet-5-5-\d{8}$/,
    isMissing: true,
    prices: [
      { usd: { ...claude('2', '2.5', '4', '0.2', '10'), webSearch: '10' } },
      { when: { fromMs: at('2026-10-07') }, usd: { ...claude('2', '2.5', '4', '0.1', '10'), webSearch: '10' } },
    ],
    source: claudePrices(
      'Newer than the table, which takes it for Sonnet 5; cache reads were halved on 2026-10-07.',
      '2026-10-24',
    ),
  },
  {
    provider: 'anthropic',
    names: ['claude-fable-5-2'],
    models: /^claude-fable-5-2-\d{8}$/,
    isMissing: true,
    prices: [{ usd: { ...claude('8', '10', '16', '0.2', '40'), webSearch: '10' } }],
    source: {
      page: 'https://docs.laozhang.ai/en/announcements/claude-fable-5-2-2026-11',
      checked: '2026-11-10',
      why: "Newer than the table; a reseller's page that gives Anthropic's list price.",
    },
  },
  {
    provider: 'openai',
    names: ['gpt-6.1-sol', 'gpt-6.2-sol'],
    models: /^gpt-6\.[12]-sol-\d{4}-\d{2}-\d{2}$/,
    isMissing: true,
    prices: gpt6Sol('0.1', '0.2'),
    source: gpt6SolPage('Newer than the table.'),
  },
  {
    provider: 'deepseek',
    names: ['deepseek-flash', 'deepseek-v4-flash'],
    models: /^deepseek-v4-flash-/,
    prices: deepseekFlash,
    source: deepseekPage('2026-09-10', 'The table cannot say weekday and hour at once, and lacks V4.1 Flash.'),
  },
  {
    provider: 'deepseek',
    names: ['deepseek-v4-pro'],
    models: /^deepseek-v4-pro-/,
    prices: deepseekPro,
    source: deepseekPage('2026-09-10', 'The table cannot say weekday and hour at once.'),
  },
  {
    provider: 'deepseek',
    names: ['deepseek-chat', 'deepseek-reasoner'],
    prices: deepseekFlash.map((dated) => ({ ...dated, when: { fromMs: at('2026-07-02'), ...dated.when } })),
    source: modelsDev('Aliases of V4 Flash by then; the table still has the prices of V3.'),
  },
  {
    provider: 'groq',
    names: ['openai/gpt-oss-safeguard-20b'],
    prices: [{ usd: { input: '0.075', cacheRead: '0.0375', output: '0.3' } }],
    source: modelsDev('The table gives it the price of the 120b model. Cached input is half of input at Groq.'),
  },
  {
    provider: 'together',
    names: ['meta-llama/Meta-Llama-3-8B-Instruct-Lite'],
    prices: [{ usd: { input: '0.14', output: '0.14' } }],
    source: modelsDev('The table still has 0.10.'),
  },
  ...missing,
  ...aliases.map(([provider, names, sameAs, source]): ModelOverride => ({
    provider,
    names,
    prices: { sameAs },
    source,
  })),
]
