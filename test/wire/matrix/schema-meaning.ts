/** What a JSON Schema asks for, whichever keywords a dialect takes: which properties there are, of which type, and which must be there. */
import { asList, asRecord, asString } from '../../../src/wire/fields.ts'

type Defs = Readonly<Record<string, unknown>>

/** Every property by its path, with its type and its words to choose from, sorted. */
export function schemaMeaning(schema: unknown): string[] {
  const root = asRecord(schema) ?? {}
  const defs = { ...asRecord(root['definitions']), ...asRecord(root['$defs']) }
  const found = new Set<string>()
  walk(root, '', defs, found, 0)
  return [...found].sort()
}

function walk(schema: unknown, at: string, defs: Defs, found: Set<string>, depth: number): void {
  const node = asRecord(schema)
  if (node === null || depth > 12) return
  const target = /^#\/(?:\$defs|definitions)\/(.+)$/.exec(asString(node['$ref']) ?? '')?.[1]
  if (target !== undefined) walk(defs[target], at, defs, found, depth + 1)
  const choices = [...asList(node['anyOf']), ...asList(node['oneOf']), ...asList(node['allOf'])]
  for (const choice of choices) walk(choice, at, defs, found, depth + 1)
  const words = node['const'] === undefined ? asList(node['enum']) : [node['const']]
  const types = [node['type']].flat().filter((type) => typeof type === 'string' && type.toLowerCase() !== 'null')
  const isNullable = node['nullable'] === true || [node['type']].flat().includes('null')
  // A root is an object whether it says so or not.
  if (types.length > 0 && at !== '') found.add(`${at}: ${types.join('|').toLowerCase()}${isNullable ? '?' : ''}`)
  for (const word of words) if (word !== null) found.add(`${at} = ${JSON.stringify(word)}`)
  for (const [name, inner] of Object.entries(asRecord(node['properties']) ?? {}))
    walk(inner, `${at}.${name}`, defs, found, depth + 1)
  for (const name of asList(node['required'])) found.add(`${at}.${String(name)} is required`)
  walk(node['items'], `${at}[]`, defs, found, depth + 1)
}
