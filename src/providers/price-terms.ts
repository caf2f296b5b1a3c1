/**
 * What the terms of a request (batch, fast mode, priority, flex, region) do to a price: our own reviewed rules, since the
 * public table has none. Data only; a term without a rule makes the price an estimate, it never passes in silence.
 */
import {
  claudePrices,
  geminiPrices,
  gpt6SolPage,
  modelsDev,
  openaiPrices,
  type Source,
  type Usd,
} from './price-sources.ts'
import type { Kind, When } from './price-rates.ts'

/** What a term of the request does to the price. */
export interface TermRule {
  readonly provider: string
  readonly models: RegExp
  readonly term: 'serviceTier' | 'speed' | 'region'
  readonly values: readonly string[]
  readonly label: string
  readonly price: { readonly times: string } | { readonly usd: Usd }
  /** The kinds that it is published for; all token kinds where absent. */
  readonly only?: readonly Kind[]
  /** Published for inputs up to this size only. */
  readonly upToInput?: number
  readonly when?: When
  readonly source: Source
}

const openaiFast: Source = {
  page: 'https://openai.com/api-fast-mode/',
  checked: '2026-08-21',
  why: 'Priority processing, called fast mode since 2026-07-30, has a price per model.',
}

const openaiPriorityPage: Source = {
  page: 'https://openai.com/api-priority-processing/',
  checked: '2026-04-23',
  why: 'The same table under its older name, with the models that the newer copy was cut before.',
}

/** A multiple of the standard price over the whole context; stacks with the other terms. */
const claudeFast = (models: RegExp, times: string, source: Source): TermRule => ({
  provider: 'anthropic',
  models,
  term: 'speed',
  values: ['fast'],
  label: 'fast mode',
  price: { times },
  source,
})

const openaiPriority = (
  models: RegExp,
  price: TermRule['price'],
  source: Source = openaiFast,
  upToInput?: number,
): TermRule => ({
  provider: 'openai',
  models,
  term: 'serviceTier',
  values: ['priority', 'fast'],
  label: 'priority',
  price,
  ...(upToInput === undefined ? {} : { upToInput }),
  source,
})

const tier = (
  provider: string,
  models: RegExp,
  value: string,
  times: string,
  source: Source,
  only?: readonly Kind[],
): TermRule => ({
  provider,
  models,
  term: 'serviceTier',
  values: [value],
  label: value,
  price: { times },
  ...(only === undefined ? {} : { only }),
  source,
})

/** An optional date at the end of an OpenAI name. */
const dated = (names: string): RegExp => new RegExp(`^(${names})(-\\d{4}-\\d{2}-\\d{2})?$`)

const gpt62Sol = (why: string): Source => ({
  ...gpt6SolPage(why),
  page: 'https://developers.openai.com/api/docs/models/gpt-6.2-sol',
})
const litellm = (why: string): Source => ({
  page: 'https://github.com/BerriAI/litellm/blob/main/model_prices_and_context_window.json',
  checked: '2026-04-21',
  why,
})
const vercel = (model: string): Source => ({
  page: `https://vercel.com/ai-gateway/models/${model}-fast`,
  checked: '2026-07-30',
  why: 'Lists the fast tier of the model; no price for cached input.',
})
const modalities: readonly Kind[] = ['input', 'audioInput', 'output', 'reasoning']
const togetherBatch: Source = {
  page: 'https://docs.together.ai/docs/inference/batch/overview',
  checked: '2025-06-11',
  why: 'Half price for the models it lists, standard for the others. The page is undated; batches were announced that day.',
}
const togetherHalf =
  'meta-llama/Llama-3\\.3-70B-Instruct-Turbo|meta-llama/Llama-3-70b-chat-hf|Qwen/Qwen2\\.5-7B-Instruct-Turbo|mistralai/Mixtral-8x7B-Instruct-v0\\.1|zai-org/GLM-4\\.5-Air-FP8'
const geminiTiers: Source = {
  page: 'https://ai.google.dev/gemini-api/docs/optimization',
  checked: '2026-04-02',
  why: 'Flex and batch cost half for input and output; nothing is said of cached input.',
}

/** The first rule that fits a term counts. */
export const termRules: readonly TermRule[] = [
  tier(
    'anthropic',
    /^claude-/,
    'batch',
    '0.5',
    claudePrices('The Batch API takes 50 % off input and output; caching prices stack with it.'),
  ),
  claudeFast(/^claude-opus-4[-.][67]/, '6', modelsDev('30 and 150 USD; as on the fast mode page for Opus 4.6.')),
  claudeFast(/^claude-opus-4[-.]8/, '2', modelsDev('10 and 50 USD.')),
  claudeFast(/^claude-opus-5(-\d{8})?$/, '2', {
    page: 'https://openrouter.ai/anthropic/claude-opus-5-fast',
    checked: '2026-07-24',
    why: '10 and 50 USD, twice the regular price.',
  }),
  claudeFast(/^claude-opus-5[-.]5/, '2', {
    page: 'https://github.com/TheKrush/PromptFuel/releases/tag/v1.0.21',
    checked: '2026-09-23',
    why: '8 and 40 USD, from the day after the release.',
  }),
  {
    provider: 'anthropic',
    models: /^claude-(opus-4[-.][678]|sonnet-4[-.]6|(opus|sonnet|haiku|fable|mythos)-5)/,
    term: 'region',
    values: ['us'],
    label: 'US inference',
    price: { times: '1.1' },
    source: {
      page: 'https://platform.claude.com/docs/en/manage-claude/data-residency',
      checked: '2026-09-22',
      why: 'From Opus 4.6 and Sonnet 4.6 on, on all token prices; older models refuse the parameter.',
    },
  },
  tier('openai', /./, 'batch', '0.5', openaiPrices),
  tier(
    'openai',
    dated('gpt-5(\\.[0-9])?(-mini|-nano)?|gpt-5\\.6-(sol|terra|luna)|gpt-6(\\.\\d)?-(astra|sol|luna)|o3|o4-mini'),
    'flex',
    '0.5',
    openaiPrices,
  ),
  openaiPriority(dated('gpt-6-astra'), { times: '2' }, openaiPrices),
  openaiPriority(dated('gpt-6\\.[12]-sol'), { times: '2' }, gpt6SolPage('Twice standard, in the long context too.')),
  openaiPriority(dated('gpt-5\\.6(-sol|-terra|-luna)?'), { times: '2' }),
  openaiPriority(dated('gpt-5\\.5'), { times: '2.5' }, openaiFast, 271_999),
  openaiPriority(dated('gpt-5\\.4'), { times: '2' }, openaiFast, 271_999),
  openaiPriority(dated('gpt-5\\.4-mini|gpt-5\\.[12]|gpt-5'), { times: '2' }),
  openaiPriority(dated('gpt-5(\\.1)?-codex'), { times: '2' }, openaiPriorityPage),
  openaiPriority(dated('gpt-5-mini'), { times: '1.8' }, openaiPriorityPage),
  openaiPriority(dated('gpt-4\\.1'), { times: '1.75' }, openaiPriorityPage),
  openaiPriority(/^gpt-4o(-2024-08-06|-2024-11-20)?$/, { times: '1.7' }, litellm('4.25, 2.125 and 17 USD.')),
  openaiPriority(/^gpt-4o-2024-05-13$/, { times: '1.75' }, litellm('8.75 and 26.25 USD.')),
  openaiPriority(
    dated('gpt-4o-mini'),
    { usd: { input: '0.25', cacheRead: '0.125', output: '1' } },
    litellm('0.25, 0.125 and 1 USD.'),
  ),
  openaiPriority(dated('gpt-4\\.1-nano'), { usd: { input: '0.2', output: '0.8' } }, vercel('gpt-4.1-nano')),
  openaiPriority(dated('o4-mini'), { usd: { input: '2', output: '8' } }, vercel('o4-mini')),
  tier('openai', dated('gpt-6-astra'), 'ultrafast', '6', {
    page: 'https://vercel.com/changelog/openai-ultrafast-mode-now-available-on-ai-gateway',
    checked: '2026-10-06',
    why: 'Six times the standard price.',
  }),
  {
    ...tier('openai', dated('gpt-6\\.2-sol'), 'ultrafast', '3', gpt62Sol('Three times standard through 2027-02-28.')),
    when: { untilMs: Date.parse('2027-03-01') },
  },
  tier('openai', dated('gpt-6\\.2-sol'), 'ultrafast', '6', gpt62Sol('Six times standard from 2027-03-01 on.')),
  tier('google', /^gemini-/, 'batch', '0.5', geminiTiers, modalities),
  tier('google', /^gemini-/, 'flex', '0.5', geminiTiers, modalities),
  tier(
    'google',
    /^gemini-3\.[78]-flash/,
    'priority',
    '1.8',
    { ...geminiPrices('Priority is 1.8 times standard.'), checked: '2026-09-23' },
    modalities,
  ),
  tier('groq', /./, 'batch', '0.5', {
    page: 'https://groq.com/pricing',
    checked: '2026-05-08',
    why: 'Batches cost half.',
  }),
  tier('together', new RegExp(`^(${togetherHalf})$`, 'i'), 'batch', '0.5', togetherBatch),
  tier('together', /./, 'batch', '1', togetherBatch),
]

/** Ways of saying that nothing special was asked for or given. */
export const standardTermValues: Readonly<Record<TermRule['term'], ReadonlySet<string>>> = {
  serviceTier: new Set([
    'default',
    'standard',
    'standard_only',
    'auto',
    'on_demand',
    'unspecified',
    'service_tier_unspecified',
  ]),
  speed: new Set(['standard']),
  region: new Set(['global', 'not_available']),
}
