/** Laying one layer of settings over another, and telling two configurations apart. */
import { formatPath, isJsonObject, type SettingPath } from './setting-path.ts'

/** Objects merge member by member; lists, numbers, strings and null replace. Neither argument is changed. */
export function merge(base: unknown, over: unknown): unknown {
  if (over === undefined) return base
  if (!isJsonObject(base) || !isJsonObject(over)) return over
  const names = new Set([...Object.keys(base), ...Object.keys(over)])
  return Object.fromEntries([...names].map((name) => [name, merge(own(base, name), own(over, name))]))
}

/** @returns The names of all settings whose values differ, sorted. */
export function changedPaths(before: unknown, after: unknown, at: SettingPath = []): readonly string[] {
  const names = isJsonObject(before) || isJsonObject(after) ? memberNames(before, after) : []
  if (names.length === 0) return JSON.stringify(before) === JSON.stringify(after) ? [] : [formatPath(at)]
  return names.flatMap((name) => changedPaths(own(before, name), own(after, name), [...at, name])).toSorted()
}

const memberNames = (...values: readonly unknown[]): readonly string[] => [
  ...new Set(values.flatMap((value) => (isJsonObject(value) ? Object.keys(value) : []))),
]

const own = (value: unknown, name: string): unknown =>
  isJsonObject(value) && Object.hasOwn(value, name) ? value[name] : undefined
