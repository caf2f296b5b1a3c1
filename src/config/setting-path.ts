/**
 * Names of settings: `server.port`, `providers.groq.models[0]`, `prices["openai/gpt-4.1"].inputUsd`. Reading them, writing
 * them, and finding, setting and removing what they name in a JSON object.
 */
export type SettingPath = readonly string[]

export type JsonObject = Record<string, unknown>

export const isJsonObject = (value: unknown): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

const plainSegment = /^[A-Za-z0-9_/$-]+$/

export const formatPath = (path: SettingPath): string =>
  path
    .map((segment, index) => {
      if (/^\d+$/.test(segment)) return `[${segment}]`
      if (!plainSegment.test(segment)) return `[${JSON.stringify(segment)}]`
      return index === 0 ? segment : `.${segment}`
    })
    .join('')

const segmentShape = /(?:^|\.)([A-Za-z0-9_/$-]+)|\[(\d+)\]|\[("(?:[^"\\]|\\.)*")\]/y

/** @returns The segments, or undefined where the text is not a name of this form. */
export function parsePath(text: string): SettingPath | undefined {
  const segments: string[] = []
  segmentShape.lastIndex = 0
  for (let end = 0; end < text.length; end = segmentShape.lastIndex) {
    const match = segmentShape.exec(text)
    if (!match) return undefined
    segments.push(match[1] ?? match[2] ?? (JSON.parse(match[3] ?? '""') as string))
  }
  return segments.length === 0 ? undefined : segments
}

/** @returns What the path names, or undefined. Inherited properties are not settings. */
export function valueAt(root: unknown, path: SettingPath): unknown {
  let value = root
  for (const segment of path) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, segment)) return undefined
    value = (value as JsonObject)[segment]
  }
  return value
}

/** @returns A copy of `root` in which the path names `value`; objects on the way are made, anything else is replaced. */
export function withValueAt(root: unknown, path: SettingPath, value: unknown): unknown {
  const [first, ...rest] = path
  if (first === undefined) return value
  if (Array.isArray(root) && /^\d+$/.test(first)) {
    const index = Math.min(Number(first), root.length)
    return root.toSpliced(index, 1, withValueAt(root[index], rest, value))
  }
  const base = isJsonObject(root) ? root : {}
  const inner = Object.hasOwn(base, first) ? base[first] : undefined
  // fromEntries, not a spread: a name such as __proto__ stays a plain property.
  return Object.fromEntries([
    ...Object.entries(base).map(([name, old]) => [name, name === first ? withValueAt(inner, rest, value) : old]),
    ...(Object.hasOwn(base, first) ? [] : [[first, withValueAt(undefined, rest, value)]]),
  ])
}

/** @returns A copy of `root` without what the path names; objects left empty by that go as well. */
export function withoutValueAt(root: unknown, path: SettingPath): unknown {
  const [first, ...rest] = path
  if (first === undefined) return undefined
  if (Array.isArray(root))
    return root.flatMap((item, index) => (String(index) === first ? without(item, rest) : [item]))
  if (!isJsonObject(root)) return root
  return Object.fromEntries(
    Object.entries(root).flatMap(([name, inner]) =>
      name === first ? without(inner, rest).map((left) => [name, left]) : [[name, inner]],
    ),
  )
}

/** What is left of one member: nothing or one value, as a list so that the caller can splice it in. */
function without(value: unknown, rest: SettingPath): readonly unknown[] {
  if (rest.length === 0) return []
  const left = withoutValueAt(value, rest)
  return isJsonObject(left) && Object.keys(left).length === 0 ? [] : [left]
}
