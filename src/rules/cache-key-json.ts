/** JSON as text by its value: the same for the same value, however it was written, and different for any other. */

export type JsonRecord = Readonly<Record<string, unknown>>

export const recordOf = (value: unknown): JsonRecord | null =>
  value !== null && typeof value === 'object' && !Array.isArray(value) ? (value as JsonRecord) : null

export const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : [])

/** @param value Parsed JSON. @throws RangeError for one that is nested deeper than the stack. */
export function canonical(value: unknown): string {
  if (typeof value === 'string') return JSON.stringify(value)
  // Not JSON.stringify: 1e999 is parsed as Infinity, for which that writes null. It makes 1.0 and 1 the same, and -0 and 0.
  if (value === null || typeof value !== 'object') return String(value)
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`
  const record = value as JsonRecord
  const members = Object.keys(record)
    .sort()
    .map((name) => `${JSON.stringify(name)}:${canonical(record[name])}`)
  return `{${members.join(',')}}`
}
