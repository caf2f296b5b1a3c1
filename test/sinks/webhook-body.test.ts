import { describe, expect, test } from 'bun:test'
import { shapeOf, writeWebhookBody } from '../../src/sinks/webhook-body.ts'
import { alertOf } from '../support/alerts.ts'

const parse = (text: string): unknown => JSON.parse(text)

test.each([
  ['https://hooks.slack.com/services/T000/B000/xyz', 'slack'],
  ['https://discord.com/api/webhooks/1/abc', 'discord'],
  ['https://discordapp.com/api/webhooks/1/abc?thread_id=3', 'discord'],
  ['https://canary.discord.com/api/v10/webhooks/1/abc', 'discord'],
  ['https://discord.com/api/webhooks/1/abc/slack', 'slack'],
  ['https://discord.com/channels/1', 'generic'],
  ['https://hooks.slack.com.example.org/services/T000', 'generic'],
  ['https://example.org/?to=hooks.slack.com', 'generic'],
  ['http://127.0.0.1:8080/alerts', 'generic'],
] as const)('%s takes the shape %s', (url, shape) => {
  expect(shapeOf(url)).toBe(shape)
})

test('our own JSON says everything but the state of its delivery', () => {
  expect(parse(writeWebhookBody('generic', alertOf({ tries: 3, lastError: 'It was down.' })))).toEqual({
    version: 1,
    id: '019e82f4-2e00-7000-8000-000000000001',
    at: '2026-06-01T12:00:00.000Z',
    atMs: 1780315200000,
    type: 'breach',
    severity: 'critical',
    kind: 'daily',
    scope: 'all',
    message: 'The daily limit of $50 is reached: $49.9 spent, this request is estimated at $0.2.',
    details: {
      limitNanoUsd: 50000000000,
      spentNanoUsd: 49900000000,
      estimateNanoUsd: 200000000,
      freesAtMs: 1780331400000,
    },
  })
})

describe('Slack', () => {
  test('gets a text for notifications, and blocks with the numbers as people read them', () => {
    expect(parse(writeWebhookBody('slack', alertOf()))).toEqual({
      text: 'RelayPlane: critical breach, daily: The daily limit of $50 is reached: $49.9 spent, this request is estimated at $0.2.',
      blocks: [
        { type: 'header', text: { type: 'plain_text', text: 'RelayPlane: critical breach, daily' } },
        {
          type: 'section',
          text: {
            type: 'mrkdwn',
            text: 'The daily limit of $50 is reached: $49.9 spent, this request is estimated at $0.2.',
          },
        },
        {
          type: 'section',
          fields: [
            { type: 'mrkdwn', text: '*scope*\nall' },
            { type: 'mrkdwn', text: '*limit*\n$50' },
            { type: 'mrkdwn', text: '*spent*\n$49.9' },
            { type: 'mrkdwn', text: '*estimate*\n$0.2' },
            { type: 'mrkdwn', text: '*frees at*\n2026-06-01T16:30:00Z' },
          ],
        },
      ],
    })
  })

  test('is not made to call a channel or to hide a link by the name of a session', () => {
    const scope = 'session:<!channel> <https://example.org|bill>'
    const text = writeWebhookBody('slack', alertOf({ scope, message: `${scope} & more` }))
    expect(text).not.toMatch(/[<>]/)
    expect(text).toContain('session:&lt;!channel&gt; &lt;https://example.org|bill&gt; &amp; more')
  })
})

describe('Discord', () => {
  test('gets a line and an embed in the colour of the severity', () => {
    const details = { requests: 61, windowMs: 300_000, model: 'openai/gpt_5', limit: null }
    const alert = alertOf({ type: 'anomaly', severity: 'warning', kind: 'repetition', scope: 'session:a', details })
    expect(parse(writeWebhookBody('discord', { ...alert, message: 'The same, 61 times.' }))).toEqual({
      content: 'RelayPlane: warning anomaly, repetition',
      allowed_mentions: { parse: [] },
      embeds: [
        {
          description: 'The same, 61 times.',
          color: 0xf59e0b,
          timestamp: '2026-06-01T12:00:00.000Z',
          fields: [
            { name: 'scope', value: 'session:a', inline: true },
            { name: 'requests', value: '61', inline: true },
            { name: 'window', value: '300 s', inline: true },
            { name: 'model', value: 'openai/gpt\\_5', inline: true },
          ],
        },
      ],
    })
    const colours = (['info', 'critical'] as const).map((severity) => {
      const { embeds } = parse(writeWebhookBody('discord', alertOf({ severity }))) as { embeds: { color: number }[] }
      return embeds[0]?.color
    })
    expect(colours).toEqual([0x3b82f6, 0xdc2626])
  })

  test('gets no more than it takes', () => {
    const details = Object.fromEntries(
      Array.from({ length: 40 }, (_, index) => [`n${index}${'x'.repeat(300)}`, '_'.repeat(2000)]),
    )
    const text = writeWebhookBody('discord', alertOf({ message: '😀'.repeat(5000), kind: 'k'.repeat(9000), details }))
    const { content, embeds } = parse(text) as {
      content: string
      embeds: { description: string; fields: { name: string; value: string }[] }[]
    }
    expect(content.length).toBe(2000)
    const [embed] = embeds
    const all = embed?.fields.map(({ name, value }) => name + value).join('') ?? ''
    expect(embed?.fields).toHaveLength(10)
    expect((embed?.description.length ?? 0) + all.length).toBeLessThanOrEqual(6000)
    expect(embed?.description.isWellFormed()).toBe(true)
  })
})

test('a test is called one in each shape', () => {
  const alert = alertOf({ type: 'test', severity: 'info', kind: 'test', details: {}, message: 'Hello.' })
  expect(parse(writeWebhookBody('generic', alert))).toMatchObject({ type: 'test', details: {} })
  expect(parse(writeWebhookBody('slack', alert))).toMatchObject({ text: 'RelayPlane: a test: Hello.' })
  expect(parse(writeWebhookBody('discord', alert))).toMatchObject({ content: 'RelayPlane: a test' })
})
