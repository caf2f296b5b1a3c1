/** Items of the input that bring tools (`additional_tools`). Their tools are the request's; here is where they stood. */
import { asList, asRecord, parseJson, type JsonRecord } from '../fields.ts'
import { type Kept, reading, type Rest, text, under } from './carried.ts'

const type = 'additional_tools'
/** What such items carry beside their tools, among the fields of the request. */
const prefix = `${type}.`

export interface Bringer {
  /** Its place in the input. */
  readonly at: number
  readonly item: JsonRecord
  readonly tools: readonly unknown[]
}

export const bringsTools = (item: JsonRecord): boolean => item['type'] === type && Array.isArray(item['tools'])

export const bringersIn = (input: unknown): readonly Bringer[] =>
  asList(input).flatMap((value, at) => {
    const item = asRecord(value)
    return item !== null && bringsTools(item) ? [{ at, item, tools: asList(item['tools']) }] : []
  })

/** @returns What the request carries of them. */
export function carryBringers(bringers: readonly Bringer[]): {
  readonly rest: Rest
  readonly spelling: Kept['spelling']
} {
  if (bringers.length === 0) return { rest: [], spelling: {} }
  const fields = new Map<string, Record<string, unknown>>()
  const places = bringers.map(({ at, item: record }, number) => {
    const item = reading(record)
    item.take('type', text)
    item.take('tools', asList)
    const id = item.take('id', text)
    const role = item.take('role', text)
    for (const [name, value] of item.rest(prefix)) {
      const values = fields.get(name) ?? {}
      values[number] = value
      fields.set(name, values)
    }
    return { at, ...(id !== null && { id }), ...(role !== null && { role }) }
  })
  return { rest: [...fields], spelling: { [type]: JSON.stringify(places) } }
}

export const isOfBringers = (field: string): boolean => field.startsWith(prefix)

/** @param brought The tools by the number of their item. @returns All items, each where it was. */
export function withBringers(
  items: readonly unknown[],
  { fields, spelling }: Kept,
  brought: ReadonlyMap<string, readonly unknown[]>,
): readonly unknown[] {
  const places = asList(parseJson(spelling[type] ?? '[]'))
  if (places.length === 0) return items
  const others = byNumber(under(fields, prefix))
  const all: unknown[] = []
  let next = 0
  for (const [number, place] of places.entries()) {
    const { at, ...names } = asRecord(place) ?? {}
    while (all.length < Number(at) && next < items.length) all.push(items[next++])
    all.push({ type, ...names, tools: brought.get(`${number}`) ?? [], ...others.get(`${number}`) })
  }
  return [...all, ...items.slice(next)]
}

function byNumber(fields: JsonRecord): ReadonlyMap<string, JsonRecord> {
  const items = new Map<string, Record<string, unknown>>()
  for (const [name, values] of Object.entries(fields)) {
    for (const [number, value] of Object.entries(asRecord(values) ?? {})) {
      const item = items.get(number) ?? {}
      item[name] = value
      items.set(number, item)
    }
  }
  return items
}
