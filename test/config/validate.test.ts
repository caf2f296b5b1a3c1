import { describe, expect, test } from 'bun:test'
import { merge } from '../../src/config/merge.ts'
import { scoreParts } from '../../src/config/routing-settings.ts'
import { ConfigSchema, defaultConfig } from '../../src/config/schema.ts'
import { validate } from '../../src/config/validate.ts'
import { partNames } from '../../src/rules/complexity.ts'

const judged = (file: unknown) => validate(ConfigSchema, merge(defaultConfig, file))

test('the defaults are these', () => {
  expect(JSON.parse(JSON.stringify(defaultConfig))).toEqual({
    enabled: true,
    server: { port: 4100, host: '127.0.0.1', apiPort: 4801, allowedHosts: [], maxBodyMb: 64, keepAliveSeconds: 15 },
    timeouts: { firstByteSeconds: 600, idleSeconds: 300 },
    providers: {},
    prices: {},
    budget: {
      enabled: false,
      dailyUsd: 50,
      hourlyUsd: 10,
      perRequestUsd: 2,
      onBreach: 'downgrade',
      downgradeTo: 'claude-sonnet-4-6',
      alertThresholds: [50, 80, 95],
      estimate: 'expected',
      cutStreams: false,
      unpriced: 'allow',
      billing: ['metered'],
      limits: [],
    },
    anomaly: {
      enabled: false,
      windowMs: 300_000,
      velocityThreshold: 50,
      repetitionThreshold: 20,
      tokenExplosionUsd: 5,
      stuckLoopThreshold: 8,
      action: 'alert',
      actions: {},
      coolOffSeconds: 300,
    },
    alerts: {
      enabled: false,
      webhookUrl: null,
      webhookSecret: null,
      desktop: false,
      cooldownMs: 300_000,
      maxHistory: 500,
    },
    routing: {
      mode: 'passthrough',
      aliases: {},
      rules: [],
      complexity: {
        enabled: true,
        simple: 'claude-haiku-4-5',
        moderate: 'claude-sonnet-4-6',
        complex: 'claude-opus-4-6',
        thresholds: { moderate: 25, complex: 55 },
        weights: {},
      },
      cascade: { enabled: true, models: [], escalateOn: 'evidence', maxEscalations: 1, holdbackChars: 400 },
      observe: false,
      sticky: true,
    },
    modelOverrides: {},
    fallbacks: {},
    reliability: {
      retries: 1,
      maxRetrySeconds: 2,
      hedgeAfterMs: null,
      cooldowns: { enabled: true, allowedFails: 3, windowSeconds: 60, cooldownSeconds: 120 },
      maxConcurrent: {},
    },
    auth: { anthropicMaxToken: null, useMaxForModels: ['opus'] },
    savings: { baselineModel: 'claude-opus-4-6' },
    downgrade: { enabled: false, thresholdPercent: 80, mapping: {} },
    cache: {
      enabled: false,
      mode: 'exact',
      maxSizeMb: 100,
      defaultTtlSeconds: 3600,
      aggressiveTtlSeconds: 1800,
      taskTtlSeconds: {},
      onlyWhenDeterministic: true,
    },
    grading: {
      enabled: false,
      samplePercent: 1,
      dailyUsd: 1,
      judgeModel: null,
      baselineModel: null,
      tasks: [],
    },
    retention: { days: 90 },
    log: { level: 'info' },
  })
})

test('the defaults, and an empty file over them, are valid', () => {
  expect(judged({})).toMatchObject({ errors: [], unknown: [] })
})

test('a full file is valid', () => {
  const file = {
    enabled: false,
    server: { port: 1, host: '::1', apiPort: null, allowedHosts: ['llm.local'], maxBodyMb: 1, keepAliveSeconds: 0 },
    timeouts: { firstByteSeconds: 86400, idleSeconds: 1 },
    providers: {
      anthropic: { apiKey: 'env:MY_KEY' },
      'my-own.llm': {
        dialect: 'openai-chat',
        baseUrl: 'http://10.0.0.1:8000/v1',
        models: ['m/1'],
        billing: 'local',
      },
    },
    prices: {
      'openai/gpt-4.1': { inputUsd: 2, outputUsd: 8, cacheReadUsd: 0.5, cacheWrite5mUsd: 0, cacheWrite1hUsd: 1.25 },
    },
    budget: {
      enabled: true,
      dailyUsd: null,
      onBreach: 'warn',
      unpriced: { inputUsd: 1, outputUsd: 0 },
      billing: ['metered', 'subscription'],
      limits: [
        { scope: 'session', totalUsd: 5 },
        { scope: 'agent', name: 'codex', dailyUsd: 1, onBreach: 'block' },
      ],
    },
    anomaly: { actions: { stuck_loop: 'block' } },
    alerts: { webhookUrl: 'https://hooks.slack.com/services/x', webhookSecret: 'env:HOOK_SECRET' },
    downgrade: { mapping: { 'gpt-4o': 'gpt-4o-mini' } },
    cache: { mode: 'aggressive', taskTtlSeconds: { classification: 0 } },
    retention: { days: null },
    log: { level: 'debug' },
  }
  expect(judged(file)).toMatchObject({ errors: [], unknown: [] })
})

test('the parts of the score are those that it is made of', () => {
  expect(scoreParts).toEqual(partNames as typeof scoreParts)
})

test('hosts are names and addresses, with brackets or without', () => {
  const hosts = ['box', 'Box.lan', 'a_b-c.d.', '10.0.0.7', '::', '::1', '[fe80::1]', '::ffff:10.0.0.7', '0']
  expect(judged({ server: { allowedHosts: hosts } }).errors).toEqual([])
  for (const host of [...hosts, 'fe80::1%eth0']) expect(judged({ server: { host } }).errors).toEqual([])
})

describe('a wrong value gets one sentence that starts with its path', () => {
  const cases: readonly (readonly [unknown, string])[] = [
    [{ budget: { dailyUsd: 0 } }, 'budget.dailyUsd: expected USD above 0, at most 1000000 or null, got 0'],
    [{ budget: { onBreach: 'stop' } }, 'budget.onBreach: expected "block", "warn", "downgrade" or "alert", got "stop"'],
    [
      { budget: { unpriced: 'no' } },
      'budget.unpriced: expected "allow", "block" or an object with inputUsd and outputUsd, got "no"',
    ],
    [
      { prices: { 'lab/typo': { inputUsd: 10_000_000, outputUsd: 1 } } },
      'prices.lab/typo.inputUsd: expected USD per million tokens, from 0 to 1000000, got 10000000',
    ],
    [
      { alerts: { webhookUrl: 'ftp://secret' } },
      'alerts.webhookUrl: expected an http:// or https:// URL without credentials or null, got a string',
    ],
    [{ enabled: 'yes' }, 'enabled: expected true or false, got "yes"'],
    [{ server: 4100 }, 'server: expected an object, got a number'],
    [{ server: { port: 'abc' } }, 'server.port: expected an integer from 1 to 65535, got "abc"'],
    [{ server: { port: 0 } }, 'server.port: expected an integer from 1 to 65535, got 0'],
    [{ server: { port: 70000 } }, 'server.port: expected an integer from 1 to 65535, got 70000'],
    [{ server: { port: 41.5 } }, 'server.port: expected an integer from 1 to 65535, got 41.5'],
    [{ server: { port: null } }, 'server.port: expected an integer from 1 to 65535, got null'],
    [{ server: { host: '' } }, 'server.host: expected an address or host name, got ""'],
    [{ server: { apiPort: true } }, 'server.apiPort: expected an integer from 1 to 65535 or null, got true'],
    [{ server: { allowedHosts: 'x' } }, 'server.allowedHosts: expected a list, got "x"'],
    [{ server: { host: '"::1"' } }, String.raw`server.host: expected an address or host name, got "\"::1\""`],
    [{ server: { host: '127.0.0.1:4100' } }, 'server.host: expected an address or host name, got "127.0.0.1:4100"'],
    ...['box:4100', '[::1]:4100', 'a/b', '*', 'http://box', 'box:', ''].map(
      (name) =>
        [
          { server: { allowedHosts: ['x', name] } },
          `server.allowedHosts[1]: expected a host name or address without port, got "${name}"`,
        ] as const,
    ),
    [
      { server: { allowedHosts: ['x', 1] } },
      'server.allowedHosts[1]: expected a host name or address without port, got 1',
    ],
    [{ server: { maxBodyMb: 0 } }, 'server.maxBodyMb: expected an integer from 1 to 4096, got 0'],
    [{ server: { keepAliveSeconds: -1 } }, 'server.keepAliveSeconds: expected an integer from 0 to 3600, got -1'],
    [{ timeouts: { firstByteSeconds: 0 } }, 'timeouts.firstByteSeconds: expected an integer from 1 to 86400, got 0'],
    [{ timeouts: { idleSeconds: [] } }, 'timeouts.idleSeconds: expected an integer from 1 to 86400, got a list'],
    [{ providers: [] }, 'providers: expected an object, got a list'],
    [
      { providers: { 'My LLM': {} } },
      'providers["My LLM"]: expected a name of lower-case letters, digits, dots, dashes and underscores, got "My LLM"',
    ],
    [{ providers: { groq: 'x' } }, 'providers.groq: expected an object, got a string'],
    [
      { providers: { groq: { dialect: 'openai' } } },
      'providers.groq.dialect: expected "anthropic", "openai-chat", "openai-responses" or "gemini", got "openai"',
    ],
    [
      { providers: { groq: { baseUrl: 'ftp://x' } } },
      'providers.groq.baseUrl: expected an http:// or https:// URL without query and credentials, got "ftp://x"',
    ],
    [{ providers: { groq: { apiKey: 7 } } }, 'providers.groq.apiKey: expected a non-empty string, got a number'],
    [{ providers: { groq: { models: ['a', ''] } } }, 'providers.groq.models[1]: expected a non-empty string, got ""'],
    [
      { providers: { groq: { billing: 'free' } } },
      'providers.groq.billing: expected "metered", "subscription" or "local", got "free"',
    ],
    [{ prices: { 'gpt-5': {} } }, 'prices.gpt-5: expected a key of the form provider/model, got "gpt-5"'],
    [
      { prices: { 'openai/gpt-5': { inputUsd: -1, outputUsd: 1 } } },
      'prices.openai/gpt-5.inputUsd: expected USD per million tokens, from 0 to 1000000, got -1',
    ],
    [
      { prices: { 'openai/gpt-4.1': { inputUsd: 1 } } },
      'prices["openai/gpt-4.1"].outputUsd: expected USD per million tokens, from 0 to 1000000, got nothing',
    ],
    [
      { routing: { complexity: { weights: { word: 1 } } } },
      'routing.complexity.weights.word: expected a part of the score, got "word"',
    ],
    [
      { routing: { complexity: { weights: { words: 101 } } } },
      'routing.complexity.weights.words: expected a number from 0 to 100, got 101',
    ],
    [
      { routing: { rules: [{ when: { minInputTokens: -1 }, use: 'x' }] } },
      'routing.rules[0].when.minInputTokens: expected an integer of at least 0, got -1',
    ],
    [
      { cache: { taskTtlSeconds: { clasification: 1 } } },
      'cache.taskTtlSeconds.clasification: expected a task type, got "clasification"',
    ],
    [{ retention: { days: 0 } }, 'retention.days: expected an integer from 1 to 3650 or null, got 0'],
    [{ log: { level: 'loud' } }, 'log.level: expected "error", "warn", "info" or "debug", got "loud"'],
    [[], 'the whole file: expected an object, got a list'],
  ]
  for (const [file, sentence] of cases) {
    test(sentence, () => expect(judged(file).errors).toEqual([sentence]))
  }
})

test('all faults are reported at once', () => {
  const { errors } = judged({ enabled: 1, server: { port: 'x', host: 2 }, log: { level: 3 } })
  expect(errors).toEqual([
    'enabled: expected true or false, got 1',
    'server.port: expected an integer from 1 to 65535, got "x"',
    'server.host: expected an address or host name, got 2',
    'log.level: expected "error", "warn", "info" or "debug", got 3',
  ])
})

describe('a name that no setting has is reported with what was probably meant, and is no error', () => {
  const cases: readonly (readonly [unknown, string])[] = [
    [{ servr: {} }, 'servr: unknown; did you mean server?'],
    [{ server: { prot: 1 } }, 'server.prot: unknown; did you mean server.port?'],
    [{ server: { api_port: 1 } }, 'server.api_port: unknown; did you mean server.apiPort?'],
    [
      { providers: { groq: { baseURL: 'x' } } },
      'providers.groq.baseURL: unknown; did you mean providers.groq.baseUrl?',
    ],
    [{ port: 1 }, 'port: unknown; did you mean server.port?'],
    [{ colour: 'red' }, 'colour: unknown; it is ignored.'],
  ]
  for (const [file, sentence] of cases) {
    test(sentence, () => expect(judged(file)).toMatchObject({ errors: [], unknown: [sentence] }))
  }
})

describe('inside the entries of a list such a name is a fault: what is left would mean something else', () => {
  const cases: readonly (readonly [unknown, string])[] = [
    [
      { routing: { rules: [{ when: { agnt: ['x'] }, use: 'claude-haiku-4-5' }] } },
      'routing.rules[0].when.agnt: unknown; did you mean routing.rules[0].when.agent?',
    ],
    [
      { budget: { limits: [{ scope: 'agent', nam: 'x', hourlyUsd: 1 }] } },
      'budget.limits[0].nam: unknown; did you mean budget.limits[0].name?',
    ],
    [
      { budget: { limits: [{ scope: 'agent', colour: 'red', hourlyUsd: 1 }] } },
      'budget.limits[0].colour: unknown; it can be scope, name, hourlyUsd, dailyUsd, totalUsd, onBreach',
    ],
    [
      { providers: { groq: { accounts: [{ label: 'a', apiKey: 'x', prio: 1 }] } } },
      'providers.groq.accounts[0].prio: unknown; did you mean providers.groq.accounts[0].priority?',
    ],
  ]
  for (const [file, sentence] of cases) {
    test(sentence, () => expect(judged(file)).toMatchObject({ errors: [sentence], unknown: [] }))
  }
})

test('a key in the wrong place is not repeated in the message', () => {
  const key = 'sk-ant-fake-000000000000'
  const { errors } = judged({
    providers: { anthropic: key, openai: { apiKey: [key] } },
    server: { host: '', port: key },
  })
  expect(errors).toHaveLength(4)
  expect(errors.join('\n')).not.toContain(key)
})

test('names that every object inherits are found in no table', () => {
  const { value } = judged({})
  expect((value as { providers: Record<string, unknown> }).providers['constructor']).toBeUndefined()
  expect(defaultConfig.providers['constructor']).toBeUndefined()
})
