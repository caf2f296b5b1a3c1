/** Tools that stand together in a namespace: each by itself, marked so that the namespace can be put together again. */
import type { Tool } from '../../neutral/request.ts'
import { asList, asRecord, asString } from '../fields.ts'
import { keep, type Kept, reading, type Rest, text, under } from './carried.ts'
import type { Naming } from './naming.ts'
import { foreignTool, namespacePrefix, readNamed } from './tools.ts'

/** The same tool with more of what it carries. */
export function marked(tool: Tool, spelling: Kept['spelling'], rest: Rest = []): Tool {
  const fields = [...Object.entries(tool.carried?.fields ?? {}), ...rest]
  return { ...tool, carried: keep(fields, { ...tool.carried?.spelling, ...spelling }) }
}

/** @param group A word that no other namespace has. @returns null for what holds no tool that others could call. */
export function readNamespace(value: unknown, group: string, naming: Naming): readonly Tool[] | null {
  const record = asRecord(value)
  const namespace = asString(record?.['name'])
  if (record?.['type'] !== 'namespace' || namespace === null || !Array.isArray(record['tools'])) return null
  const tools = asList(record['tools']).map((inner) => readNamed(inner) ?? foreignTool(inner))
  const teller = tools.findIndex(({ type }) => type !== 'foreign')
  if (teller < 0) return null
  const space = reading(record)
  for (const name of ['type', 'name', 'tools']) space.take(name, () => true)
  const description = space.take('description', text)
  return tools.map((tool, place) => {
    const inside = marked(tool, { group, namespace })
    if (inside.type !== 'function' && inside.type !== 'custom') return inside
    const named = marked({ ...inside, name: naming.tool(namespace, inside.name) }, { name: inside.name })
    return place === teller ? told(named, namespace, description, space.rest(namespacePrefix)) : named
  })
}

const described = `${namespacePrefix}description`

/** What a namespace says of itself is said by its first tool: other APIs have no place for it. */
function told(tool: Tool, namespace: string, description: string | null, rest: Rest): Tool {
  if (description === null || (tool.type !== 'function' && tool.type !== 'custom')) return marked(tool, {}, rest)
  const own = tool.description
  const about = description === '' ? '' : `About ${namespace}: ${description}`
  const words = [about, own ?? ''].filter((one) => one !== '').join('\n\n')
  return marked(
    { ...tool, description: words },
    { [described]: description, ...(own !== null && { description: own }) },
    rest,
  )
}

/** One namespace while it is put together. */
export type Namespace = Record<string, unknown> & { readonly tools: unknown[] }

export const newNamespace = ({ spelling }: Kept): Namespace => ({
  type: 'namespace',
  name: spelling['namespace'],
  tools: [],
})

export function addToNamespace(namespace: Namespace, { fields, spelling }: Kept, tool: unknown): void {
  namespace.tools.push(tool)
  if (spelling[described] !== undefined) namespace['description'] = spelling[described]
  Object.assign(namespace, under(fields, namespacePrefix))
}
