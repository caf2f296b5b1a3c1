/** The settings of routing: which model answers when the caller leaves that open, what happens when one fails or does badly. */
import { Type, type TSchema } from '@sinclair/typebox'
import { oneOf, orNull } from './setting-kinds.ts'

const count = (description: string, byDefault: number, minimum: number, maximum: number) =>
  Type.Integer({ minimum, maximum, default: byDefault, description })

const model = (byDefault: string, description: string) => Type.String({ minLength: 1, default: byDefault, description })

const modelTable = (description: string) =>
  Type.Record(Type.String({ pattern: '^\\S+$' }), Type.String({ minLength: 1 }), {
    additionalProperties: false,
    default: {},
    expectsKey: 'a model name',
    description,
  })

export const taskTypes = [
  'tool_use',
  'long_context',
  'quick_task',
  'generation',
  'code_review',
  'content_generation',
  'classification',
  'general',
] as const

export const tiers = ['simple', 'moderate', 'complex'] as const

/** What the score of complexity is made of. */
export const scoreParts = [
  'words',
  'length',
  'structure',
  'code',
  'conversation',
  'context',
  'tools',
  'wishes',
] as const

/** What a bad answer is told by. `evidence` is all but `uncertainty` and `error`. */
export const escalationReasons = [
  'uncertainty',
  'refusal',
  'error',
  'invalid-tool-call',
  'schema-violation',
  'empty',
  'cut-off',
  'repeated-call',
] as const

const words = (description: string) =>
  Type.Optional(Type.Array(Type.String({ minLength: 1 }), { minItems: 1, description }))

const tokens = (description: string) => Type.Optional(Type.Integer({ minimum: 0, description }))

/** All of what is given must hold; a list holds where any of its words does. */
const RuleCondition = Type.Object(
  {
    model: words('Names as the caller wrote them; `*` stands for any characters.'),
    agent: words('Agents; `*` as above (`claude-code/*`).'),
    task: Type.Optional(
      Type.Array(oneOf(taskTypes, { description: 'A task type.' }), { minItems: 1, description: 'Kinds of work.' }),
    ),
    complexity: Type.Optional(
      Type.Array(oneOf(tiers, { description: 'A tier.' }), { minItems: 1, description: 'How hard it looks.' }),
    ),
    automated: Type.Optional(Type.Boolean({ description: 'Whether it is background traffic.' })),
    hasTools: Type.Optional(Type.Boolean({ description: 'Whether it offers tools.' })),
    hasImages: Type.Optional(Type.Boolean({ description: 'Whether there are images in it.' })),
    minInputTokens: tokens('Its input as it is estimated, at least.'),
    maxInputTokens: tokens('The same, at most.'),
    tags: Type.Optional(
      Type.Record(Type.String(), Type.String(), { description: 'Tags that the request must carry.' }),
    ),
  },
  { additionalProperties: false },
)

const Rule = Type.Object(
  {
    when: RuleCondition,
    use: Type.String({ minLength: 1, description: 'A model, `provider/model` or an alias.' }),
  },
  { additionalProperties: false },
)

export const RoutingSettings = Type.Object(
  {
    mode: oneOf(['passthrough', 'complexity', 'cascade', 'auto'], {
      default: 'passthrough',
      description:
        'Who answers where nothing else decides: `passthrough` the model that was asked for, `complexity` the model of the tier, `cascade` the cheapest of a list and the next when that does badly, `auto` the tier that suits the task.',
    }),
    aliases: modelTable(
      'Names that stand for models, beside the built-in `rp:best`, `rp:fast`, `rp:cheap`, `rp:balanced`, `rp:auto`.',
    ),
    rules: Type.Array(Rule, {
      default: [],
      description:
        'Which model is used when: `[{"when": {"agent": ["claude-code/*"]}, "use": "claude-haiku-5-5"}]`, first match.',
    }),
    complexity: Type.Object(
      {
        enabled: Type.Boolean({ default: true, description: 'False switches this rule off, whatever `mode` says.' }),
        simple: model('claude-haiku-4-5', 'For the simple.'),
        moderate: model('claude-sonnet-4-6', 'For what lies between.'),
        complex: model('claude-opus-4-6', 'For the complex.'),
        thresholds: Type.Object(
          {
            moderate: Type.Number({
              minimum: 0,
              maximum: 100,
              default: 25,
              description: 'Scores from here on are moderate.',
            }),
            complex: Type.Number({
              minimum: 0,
              maximum: 100,
              default: 55,
              description: 'Scores from here on are complex.',
            }),
          },
          { description: 'Where the tiers begin, of 100.' },
        ),
        weights: Type.Record(
          Type.String({ pattern: `^(${scoreParts.join('|')})$` }),
          Type.Number({ minimum: 0, maximum: 100 }),
          {
            default: {},
            additionalProperties: false,
            expectsKey: 'a part of the score',
            description: `What single parts of the score count at most, instead of the built-in weights: ${scoreParts.map((name) => `\`${name}\``).join(', ')}.`,
          },
        ),
      },
      { description: 'Routing by how hard a request looks.' },
    ),
    cascade: Type.Object(
      {
        enabled: Type.Boolean({ default: true, description: 'False switches this rule off, whatever `mode` says.' }),
        models: Type.Array(Type.String({ minLength: 1 }), { default: [], description: 'Models, cheapest first.' }),
        escalateOn: Type.Union(
          [
            oneOf([...escalationReasons, 'evidence'], { description: 'One reason.' }),
            Type.Array(oneOf([...escalationReasons, 'evidence'], { description: 'A reason.' })),
          ],
          {
            default: 'evidence',
            description: 'What an answer is tried again at the next model for: one reason or a list.',
          },
        ),
        maxEscalations: count('How often at most.', 1, 0, 10),
        holdbackChars: count('How much of a stream is looked at before anything of it is sent.', 400, 0, 20_000),
      },
      { description: 'Cheapest first, and the next when its answer is bad.' },
    ),
    observe: Type.Boolean({
      default: false,
      description:
        'Whether it is noted how hard requests look also where nothing is routed, so that `simulate` knows; it takes some 15 µs of each.',
    }),
    sticky: Type.Boolean({
      default: true,
      description:
        'Whether a conversation stays with the model that it began with, unless changing it saves more than its prompt cache is worth.',
    }),
  },
  { description: 'Which model answers. Off until `mode`, a rule, an alias, a suffix or an override says otherwise.' },
)

export const ReliabilitySettings = Type.Object(
  {
    retries: count('How often a request is sent again at the same provider before its first byte.', 1, 0, 5),
    maxRetrySeconds: count('The longest wait for that, what a provider asks for included.', 2, 0, 300),
    hedgeAfterMs: orNull(
      Type.Integer({ minimum: 250, maximum: 60_000, description: 'Milliseconds, in steps of a quarter of a second.' }),
      {
        default: null,
        description:
          'After how many milliseconds without an answer the next candidate is asked, too; the first answer counts, and both may be billed. `null` for never.',
      },
    ),
    cooldowns: Type.Object(
      {
        enabled: Type.Boolean({
          default: true,
          description: 'Whether a provider that fails is left alone for a while.',
        }),
        allowedFails: count('Failures in the window before that.', 3, 1, 1000),
        windowSeconds: count('How far back failures count.', 60, 1, 86_400),
        cooldownSeconds: count('How long it is left alone.', 120, 1, 86_400),
      },
      { description: 'Resting providers: only 429, 5xx and the network count.' },
    ),
    maxConcurrent: Type.Record(
      Type.String({ pattern: '^[a-z0-9][a-z0-9._-]*$' }),
      Type.Integer({ minimum: 1, maximum: 10_000 }),
      {
        additionalProperties: false,
        default: {},
        expectsKey: 'the name of a provider',
        description: 'How many requests a provider gets at once; more wait their turn.',
      },
    ),
  },
  { description: 'What happens when providers fail.' },
)

export const routingSettings = {
  routing: RoutingSettings,
  modelOverrides: modelTable('Models that take the place of others, before any other routing.'),
  fallbacks: Type.Record(Type.String({ pattern: '^\\S+$' }), Type.Array(Type.String({ minLength: 1 })), {
    additionalProperties: false,
    default: {},
    expectsKey: 'a model name',
    description: 'What is asked when a model can not be had: `{"claude-opus-4-6": ["bedrock/…", "gpt-5.5"]}`.',
  }),
  reliability: ReliabilitySettings,
  auth: Type.Object(
    {
      anthropicMaxToken: orNull(Type.String({ minLength: 1, description: '`env:NAME`, or the token itself.' }), {
        default: null,
        description:
          "The token of your own Claude plan (`claude setup-token`), `env:NAME` or the token itself; Anthropic's terms decide whether it may be used this way.",
      }),
      useMaxForModels: Type.Array(Type.String({ minLength: 1 }), {
        default: ['opus'],
        description: 'Parts of model names that the plan is used for, any case; all others use the key.',
      }),
    },
    { description: "Another way to pay for some of a provider's models." },
  ),
  savings: Type.Object(
    {
      baselineModel: model(
        'claude-opus-4-6',
        'What requests to an alias (`rp:*`) are compared with; all others with what they asked for.',
      ),
    },
    { description: 'What savings are measured against.' },
  ),
} satisfies Record<string, TSchema>
