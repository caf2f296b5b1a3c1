/** An alert as its webhook wants it: our own JSON, or a message of Slack or Discord, told by the URL. */
import type { Alert, Severity } from '../neutral/alert.ts'

export type WebhookShape = 'generic' | 'slack' | 'discord'

/** @param url As in the settings. */
export function shapeOf(url: string): WebhookShape {
  const { hostname, pathname } = new URL(url)
  if (hostname === 'hooks.slack.com') return 'slack'
  const isDiscord = /^(?:(?:ptb|canary)\.)?(?:discord|discordapp)\.com$/.test(hostname)
  if (!isDiscord || !/^\/api(?:\/v\d+)?\/webhooks\//.test(pathname)) return 'generic'
  // Discord takes Slack's messages at such an address, and no others.
  return pathname.endsWith('/slack') ? 'slack' : 'discord'
}

export function writeWebhookBody(shape: WebhookShape, alert: Alert): string {
  switch (shape) {
    case 'generic':
      return JSON.stringify(generic(alert))
    case 'slack':
      return JSON.stringify(slack(alert))
    case 'discord':
      return JSON.stringify(discord(alert))
  }
}

/** Raised when a field changes its meaning or goes; new fields may come without. */
const bodyVersion = 1

const generic = ({ id, atMs, type, severity, kind, scope, message, details }: Alert): object => ({
  version: bodyVersion,
  id,
  at: new Date(atMs).toISOString(),
  atMs,
  type,
  severity,
  kind,
  scope,
  message,
  details,
})

// https://docs.slack.dev/reference/block-kit: 150 characters of a header, 3000 of a text, 2000 of a field, 10 fields.
function slack(alert: Alert): object {
  const fields = factsOf(alert).slice(0, 10)
  return {
    // For notifications, which show no blocks.
    text: cut(forSlack(`${titleOf(alert)}: ${alert.message}`), 3000),
    blocks: [
      { type: 'header', text: { type: 'plain_text', text: cut(titleOf(alert), 150) } },
      { type: 'section', text: { type: 'mrkdwn', text: cut(forSlack(alert.message), 3000) } },
      {
        type: 'section',
        fields: fields.map(([name, value]) => ({
          type: 'mrkdwn',
          text: cut(`*${forSlack(name)}*\n${forSlack(value)}`, 2000),
        })),
      },
    ],
  }
}

/** With these Slack's control sequences begin: `<!channel>` calls everybody, `<url|text>` hides where a link goes. */
const forSlack = (text: string): string => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')

const colours: Readonly<Record<Severity, number>> = { info: 0x3b82f6, warning: 0xf59e0b, critical: 0xdc2626 }

// https://discord.com/developers/docs/resources/message#embed-object-embed-limits
function discord(alert: Alert): object {
  const fields = factsOf(alert).slice(0, 10)
  return {
    content: cut(forDiscord(titleOf(alert)), 2000),
    // Nothing in an alert may call people by name.
    allowed_mentions: { parse: [] },
    embeds: [
      {
        description: cut(forDiscord(alert.message), 2000),
        color: colours[alert.severity],
        timestamp: new Date(alert.atMs).toISOString(),
        fields: fields.map(([name, value]) => ({
          name: cut(name, 100),
          value: cut(forDiscord(value), 200),
          inline: true,
        })),
      },
    ],
  }
}

/** Names of models have underscores, which would make them italic. */
const forDiscord = (text: string): string => text.replaceAll(/[\\*_~`|<>[\]()#]/g, String.raw`\$&`)

/** `RelayPlane: critical breach, daily` */
export const titleOf = ({ type, severity, kind }: Alert): string =>
  type === 'test' ? 'RelayPlane: a test' : `RelayPlane: ${severity} ${type}, ${kind}`

const factsOf = ({ scope, details }: Alert): readonly (readonly [name: string, value: string])[] => [
  ['scope', scope],
  ...Object.entries(details).flatMap(([name, value]) => (value === null ? [] : [readable(name, value)])),
]

/** Times of our days are above this, durations of years below. */
const earliestMs = 1e12

/** `spentNanoUsd: 49900000000` is `spent: $49.9`, `freesAtMs` a time. */
function readable(name: string, value: number | string): readonly [string, string] {
  if (typeof value === 'string' || !Number.isFinite(value)) return [wordsOf(name), `${value}`]
  if (name.endsWith('NanoUsd')) return [wordsOf(name.slice(0, -'NanoUsd'.length)), `$${decimal(value / 1e9)}`]
  if (!name.endsWith('Ms')) return [wordsOf(name), decimal(value)]
  const time = value >= earliestMs ? `${new Date(value).toISOString().slice(0, 19)}Z` : `${decimal(value / 1000)} s`
  return [wordsOf(name.slice(0, -'Ms'.length)), time]
}

const wordsOf = (name: string): string => name.replaceAll(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`)

const decimal = (value: number): string => value.toLocaleString('en-US', { maximumFractionDigits: 6 })

/** Not in the middle of a character that takes two units. */
const cut = (text: string, most: number): string =>
  text.length <= most ? text : `${text.slice(0, most - 1).replace(/[\uD800-\uDBFF]$/, '')}…`
