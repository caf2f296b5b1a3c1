import { expect, test } from 'bun:test'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { sign } from '../../src/sinks/webhook.ts'
import { writeWebhookBody } from '../../src/sinks/webhook-body.ts'
import { alertOf } from '../support/alerts.ts'
import { pageAt } from '../support/documents.ts'
import { tempFolder } from '../support/folder.ts'

type IsGenuine = (header: string, body: string, secret: string, nowSeconds?: number) => boolean

const page = pageAt('docs/alerts.md')
const fenced = (info: string): string => page.fences.find((candidate) => candidate.info === info)?.text ?? ''

test('docs/alerts.md shows the JSON of the webhook as it is sent', () => {
  expect(JSON.parse(fenced('json'))).toEqual(JSON.parse(writeWebhookBody('generic', alertOf())))
})

test('the check of docs/alerts.md tells our signature from any other', async () => {
  const path = join(tempFolder(), 'genuine.mjs')
  writeFileSync(path, fenced('js'))
  const { isGenuine } = (await import(path)) as { isGenuine: IsGenuine }
  const body = writeWebhookBody('generic', alertOf({ message: 'It cost 5 €.' }))
  const at = 1_780_315_200
  const header = sign(body, 'a-shared-secret', at)
  expect(isGenuine(header, body, 'a-shared-secret', at + 10)).toBe(true)
  expect(isGenuine(header, body, 'another-secret', at)).toBe(false)
  expect(isGenuine(header, `${body} `, 'a-shared-secret', at)).toBe(false)
  expect(isGenuine(header.replace(`t=${at}`, `t=${at + 1}`), body, 'a-shared-secret', at)).toBe(false)
  expect(isGenuine(header, body, 'a-shared-secret', at + 301)).toBe(false)
  expect(isGenuine('t=1', body, 'a-shared-secret', 1)).toBe(false)
  expect(isGenuine('', body, 'a-shared-secret', at)).toBe(false)
})
