/** The tables of `docs/wire/`: every cell says what the code does with a sample of its row. */
import { describe, expect, test } from 'bun:test'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { DialectId } from '../../../src/neutral/model.ts'
import { anthropicRows } from './rows/anthropic.ts'
import { chatRows } from './rows/openai-chat.ts'
import { geminiRows } from './rows/gemini.ts'
import { responsesRows } from './rows/openai-responses.ts'
import type { Sample, Samples } from './rows/sample.ts'
import { dialectIds, exchange, plainBody, read, signerOf, stamp } from './sides.ts'

const rowsOf: Readonly<Record<DialectId, Readonly<Record<string, Samples>>>> = {
  anthropic: anthropicRows,
  'openai-chat': chatRows,
  'openai-responses': responsesRows,
  gemini: geminiRows,
}

interface Row {
  readonly section: string
  readonly field: string
  readonly cells: readonly (readonly [to: DialectId, cell: string])[]
}

/** The rows of a document's tables, each under its heading. */
function rowsIn(dialect: DialectId): Row[] {
  const text = readFileSync(join(import.meta.dir, `../../../docs/wire/${dialect}.md`), 'utf8')
  return text.split(/^## /m).flatMap((part) => {
    const [section = '', ...lines] = part.split('\n')
    const [head, , ...rows] = lines.filter((line) => line.startsWith('|')).map(cellsIn)
    const columns = head?.slice(1) as DialectId[] | undefined
    return rows.map(([field = '', ...cells]) => ({
      section,
      field: field.slice(1, -1),
      cells: (columns ?? []).map((to, i) => [to, cells[i] ?? ''] as const),
    }))
  })
}

const cellsIn = (line: string): string[] =>
  line
    .split('|')
    .slice(1, -1)
    .map((cell) => cell.trim())

interface Told {
  readonly text: string
  readonly dropped: ReadonlySet<string>
}

function tell(dialect: DialectId, to: DialectId, section: string, body: object): Told {
  if (section !== 'Answer') {
    const there = exchange(dialect, to, read(dialect, body))
    return { text: JSON.stringify(there.body), dropped: there.dropped }
  }
  const there = exchange(to, dialect, read(to, plainBody[to]))
  return { text: JSON.stringify(there.reply(body, stamp, signerOf(dialect))), dropped: there.dropped }
}

const nothing = 'nothing at all'

/** What the code does, in the words of the tables. */
function whatHappens(sample: Sample, before: Told, after: Told): string {
  const lost = [...after.dropped].filter((name) => !before.dropped.has(name))
  if (lost.length > 0) return `dropped: ${lost.join(', ')}`
  if (sample.isAlways) return 'mapped'
  if (after.text === before.text) return nothing
  const value = sample.value
  const isCarried = value !== null && contains(after.text, value) && !contains(before.text, value)
  return isCarried ? 'carried or mapped' : 'mapped'
}

/** A value with quotes is a piece of JSON, any other a word in it. */
const contains = (text: string, value: string): boolean =>
  text.includes(value.includes('"') ? value : JSON.stringify(value).slice(1, -1))

/** @param dropped What was dropped with the sample, if not for it alone. */
function agrees(cell: string, happened: string, dropped: ReadonlySet<string>): boolean {
  const [word, ...rest] = cell.split(': ')
  // What holds for the whole thing that the field belongs to is named once.
  if (word === 'dropped') return cell === happened || (happened === nothing && dropped.has(rest.join(': ')))
  if (word === 'carried') return happened === 'carried or mapped'
  const [how = '', lost] = rest.join(': ').split('; dropped: ')
  if (lost !== undefined) return happened === `dropped: ${lost}`
  const isSilent = how === 'in the path' || how.startsWith('always')
  return word === 'mapped' && how !== '' && (happened.includes('mapped') || (happened === nothing && isSilent))
}

describe.each(dialectIds)('docs/wire/%s.md', (dialect) => {
  const rows = rowsIn(dialect)

  test('has a sample for each of its rows, and a row for each sample', () => {
    const documented = rows.map(({ section, field }) => `${section}: ${field}`)
    const sampled = Object.entries(rowsOf[dialect]).flatMap(([section, samples]) =>
      Object.keys(samples).map((field) => `${section}: ${field}`),
    )
    expect(documented).toEqual(sampled)
  })

  test.each(rows.map((row) => [row.section, row.field, row] as const))('%s: %s', (section, field, { cells }) => {
    const given = rowsOf[dialect][section]?.[field]
    if (given === undefined) throw new Error('There is no sample.')
    for (const [to, cell] of cells) {
      const sample = typeof given === 'function' ? given(to) : given
      const after = tell(dialect, to, section, sample.with)
      const happened = whatHappens(sample, tell(dialect, to, section, sample.without), after)
      if (!agrees(cell, happened, after.dropped)) expect(`${to}: ${happened}`).toBe(`${to}: ${cell}`)
    }
    expect(cells.length).toBe(3)
  })
})
