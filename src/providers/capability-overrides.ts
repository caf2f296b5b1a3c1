/**
 * Reviewed facts about models, over the table's: what it has no words for, what is newer than it, what it has wrong. Data only.
 * Rows are matched with the model's canonical name (`capability-names.ts`); a later row wins. `docs/models.md` says how to add one.
 */
import type { Capabilities, Parameter, ThinkingFacts } from '../neutral/capability.ts'
import type { Effort } from '../neutral/thinking.ts'

export interface CapabilityOverride {
  readonly models: RegExp
  /** Providers that it holds at; everywhere when absent. */
  readonly at?: readonly string[]
  readonly facts: Partial<Omit<Capabilities, 'model' | 'from' | 'thinking'>>
  readonly thinking?: Partial<ThinkingFacts>
  /** Where it stands, and the day it was read. */
  readonly source: readonly [page: string, checked: string]
}

const checked = '2026-11-22'
const million = 1_000_000
const claudeDocs = 'https://platform.claude.com/docs/en'
const openAiDocs = 'https://developers.openai.com/api/docs'
const googleDocs = 'https://ai.google.dev/gemini-api/docs'

const knobs: readonly Parameter[] = ['temperature', 'top_p', 'top_k']
const penalties: readonly Parameter[] = ['presence_penalty', 'frequency_penalty']
const lowToHigh: readonly Effort[] = ['low', 'medium', 'high']
const lowToXhigh: readonly Effort[] = ['low', 'medium', 'high', 'xhigh']
const lowToMax: readonly Effort[] = ['low', 'medium', 'high', 'xhigh', 'max']
const noneToMax: readonly Effort[] = ['none', ...lowToMax]

const adaptive = { style: 'adaptive', isKnown: true, budget: null, canBeOff: true } as const
const manual = { style: 'budget', isKnown: true, efforts: [], canBeOff: true, isOnByDefault: false } as const
const wide = { contextTokens: million, maxOutputTokens: 128_000, reads: ['image', 'document'], hasTools: true } as const
/** What reasoning models of OpenAI refuse whatever their effort. */
const reasoner: readonly Parameter[] = [...penalties, 'stop']
const gpt6 = {
  contextTokens: 1_050_000,
  maxInputTokens: 922_000,
  maxOutputTokens: 128_000,
  reads: ['image', 'document'],
  hasTools: true,
  structuredOutput: 'schema',
  thinksWithToolsInChat: false,
} as const

export const capabilityOverrides: readonly CapabilityOverride[] = [
  // Anthropic. A name of no known generation is taken for a new one.
  {
    models: /^claude-/,
    facts: { forcedTools: 'unless-thinking', maxTemperature: 1, refusedWhileThinking: knobs },
    source: [`${claudeDocs}/build-with-claude/extended-thinking`, checked],
  },
  {
    models: /^claude-(?:[a-z]+-)?[23](?:-|$)|^claude-instant|^claude-(?:opus|sonnet)-4(?:-0)?$/,
    facts: { structuredOutput: 'none' },
    source: [`${claudeDocs}/build-with-claude/structured-outputs`, checked],
  },
  {
    models: /^claude-(?:3-7-sonnet|(?:opus|sonnet|haiku)-4(?:-[015])?)$/,
    facts: {},
    thinking: { ...manual, budget: { min: 1024, max: null } },
    source: [`${claudeDocs}/build-with-claude/extended-thinking`, checked],
  },
  {
    models: /^claude-(?:opus-4-[156]|(?:sonnet|haiku)-4-[56])$/,
    facts: { takesOneOfTemperatureAndTopP: true, structuredOutput: 'schema' },
    source: [`${claudeDocs}/about-claude/models/migration-guide`, checked],
  },
  {
    models: /^claude-opus-4-5$/,
    facts: {},
    thinking: { efforts: lowToHigh },
    source: [`${claudeDocs}/build-with-claude/effort`, checked],
  },
  {
    // Budgets still work there, and are to go.
    models: /^claude-(?:opus|sonnet)-4-6$/,
    facts: {},
    thinking: { ...adaptive, efforts: ['low', 'medium', 'high', 'max'], isOnByDefault: false },
    source: [`${claudeDocs}/build-with-claude/adaptive-thinking`, checked],
  },
  {
    models: /^claude-(?:[a-z]+-4-[7-9]|[a-z]+-(?:[5-9]|\d\d)(?:-\d{1,2})?)$/,
    facts: { refused: knobs, structuredOutput: 'schema', hasTools: true },
    thinking: { ...adaptive, efforts: lowToMax, isOnByDefault: false },
    source: [`${claudeDocs}/build-with-claude/adaptive-thinking`, checked],
  },
  {
    models: /^claude-(?:sonnet|opus)-5$/,
    facts: wide,
    thinking: { isOnByDefault: true },
    source: [`${claudeDocs}/models/sonnet-5/overview`, checked],
  },
  {
    models: /^claude-(?:opus-5|haiku-5-5)$/,
    facts: wide,
    thinking: { maxEffortWhenOff: 'high' },
    source: [`${claudeDocs}/models/haiku-5-5/whats-new-haiku-5-5`, checked],
  },
  {
    models: /^claude-(?:fable|mythos)-/,
    facts: wide,
    thinking: { canBeOff: false, isOnByDefault: true },
    source: ['https://docs.aws.amazon.com/bedrock/latest/userguide/claude-messages-adaptive-thinking.html', checked],
  },
  {
    // Sonnet 5.5 thinks between tools at the least; forced tools are an error.
    models: /^claude-(?:(?:opus|sonnet)-5-5|(?:fable|mythos)-5-[12])$/,
    facts: { ...wide, forcedTools: 'never' },
    thinking: { canBeOff: false, isOnByDefault: true },
    source: [`${claudeDocs}/models/sonnet-5-5/overview`, checked],
  },

  // OpenAI. Chat variants are no reasoning models.
  {
    models: /^(?:gpt-[345]|gpt-\d\d|o\d|chatgpt-|codex-)/,
    facts: { maxStops: 4 },
    source: [`${openAiDocs}/api-reference/chat/create`, checked],
  },
  {
    models: /^(?:gpt-[34]|o\d|chatgpt-)/,
    facts: { refused: ['verbosity'] },
    source: [`${openAiDocs}/guides/latest-model`, checked],
  },
  {
    models: /^gpt-(?:3-5-turbo|4-turbo)/,
    facts: { structuredOutput: 'json' },
    source: [`${openAiDocs}/guides/structured-outputs`, checked],
  },
  {
    models: /^o\d(?:-|$)/,
    facts: { refused: ['temperature', 'top_p', 'logprobs', 'parallel_tool_calls', 'verbosity', ...reasoner] },
    thinking: { style: 'effort', isKnown: true, efforts: lowToHigh, canBeOff: false, isOnByDefault: true },
    source: [`${openAiDocs}/guides/reasoning`, checked],
  },
  {
    models: /^gpt-5(?:$|-(?!\d))(?!.*chat)/,
    facts: { refused: ['temperature', 'top_p', 'logprobs', ...reasoner] },
    thinking: { canBeOff: false, isOnByDefault: true },
    source: [`${openAiDocs}/guides/latest-model`, checked],
  },
  {
    models: /^gpt-5-\d(?!.*chat)/,
    facts: { refused: reasoner, refusedWhileThinking: ['temperature', 'top_p', 'logprobs'] },
    thinking: { isOnByDefault: true },
    source: [`${openAiDocs}/guides/latest-model`, checked],
  },
  {
    models: /^gpt-5-6(?:-|$)/,
    facts: gpt6,
    thinking: { style: 'effort', isKnown: true, efforts: noneToMax, canBeOff: true },
    source: [`${openAiDocs}/models`, checked],
  },
  {
    models: /^gpt-(?:[6-9]|\d\d)/,
    facts: { ...gpt6, refused: ['temperature', 'top_p', 'logprobs', ...reasoner] },
    thinking: { style: 'effort', isKnown: true, efforts: lowToMax, canBeOff: false, isOnByDefault: true },
    source: [`${openAiDocs}/models/gpt-6.2-sol`, checked],
  },
  {
    models: /^gpt-6(?:-sol|-luna|-1-terra)$/,
    facts: { refused: reasoner, refusedWhileThinking: ['temperature', 'top_p', 'logprobs'] },
    thinking: { efforts: noneToMax, canBeOff: true },
    source: [`${openAiDocs}/models/gpt-6-sol`, checked],
  },

  // Google. The table's aliases still have the budgets of 2.5.
  {
    models: /^gemini-/,
    facts: { maxStops: 5, refused: [...penalties, 'logprobs'] },
    source: ['https://github.com/google-gemini/cookbook/issues/1290', checked],
  },
  {
    models: /^gemini-(?:1|2-0)/,
    facts: { takesUrls: false, refused: ['logprobs'] },
    source: [`${googleDocs}/file-input-methods`, checked],
  },
  {
    models: /^gemini-2-5-(?:flash|pro)$/,
    facts: {},
    thinking: { isOnByDefault: true },
    source: [`${googleDocs}/thinking`, checked],
  },
  {
    models: /^gemini-(?:(?:flash|flash-lite|pro)-latest|3-[6-9]|[4-9])/,
    facts: {
      contextTokens: 1_048_576,
      maxOutputTokens: 65_536,
      reads: ['image', 'document', 'audio', 'video'],
      hasTools: true,
      structuredOutput: 'schema',
    },
    thinking: {
      style: 'effort',
      isKnown: true,
      efforts: lowToHigh,
      budget: null,
      canBeOff: false,
      isOnByDefault: true,
    },
    source: ['https://docs.cloud.google.com/gemini-enterprise-agent-platform/models/thinking', checked],
  },
  {
    models: /^gemini-3/,
    facts: {},
    thinking: { canBeOff: false, isOnByDefault: true },
    source: [`${googleDocs}/thinking`, checked],
  },

  // xAI.
  {
    models: /^grok-(?:3-mini|[4-9]|build|code)(?!.*non-reasoning)/,
    facts: { refused: reasoner },
    thinking: { isOnByDefault: true },
    source: ['https://docs.x.ai/guides/reasoning', checked],
  },
  {
    models: /^grok-4-20(?:-reasoning|-multi-agent)?$/,
    at: ['xai'],
    facts: { contextTokens: million, maxOutputTokens: 30_000 },
    source: ['https://docs.x.ai/developers/models/grok-4.20-0309', checked],
  },
  {
    models: /^grok-4-5(?:-|$)/,
    facts: { contextTokens: 500_000, reads: ['image'], hasTools: true },
    thinking: { style: 'effort', isKnown: true, efforts: lowToHigh, canBeOff: false },
    source: ['https://docs.x.ai/developers/grok-4-5', checked],
  },
  {
    models: /^grok-4-[67](?:-|$)/,
    facts: { contextTokens: 500_000, reads: ['image'], hasTools: true },
    thinking: { style: 'effort', isKnown: true, efforts: lowToXhigh, canBeOff: false },
    source: ['https://docs.venice.ai/models/grok-4-7', checked],
  },

  // Open weights. Their own thoughts are wanted back where they call tools.
  {
    models:
      /^(?:deepseek-(?:reasoner|v3-2|v[4-9]|flash)|kimi-(?:k2-thinking|k2-[5-9]|k3)|glm-(?:4-[67]|[5-9])|minimax-m\d)/,
    facts: { echoesReasoning: true },
    source: ['https://api-docs.deepseek.com/guides/thinking_mode', checked],
  },
  {
    models: /^deepseek-(?:v4|flash)/,
    at: ['deepseek'],
    facts: { hasTools: true, structuredOutput: 'json' },
    thinking: { ...adaptive, efforts: ['low', 'high', 'max'], isOnByDefault: true },
    source: ['https://api-docs.deepseek.com/guides/thinking_mode', checked],
  },
]
