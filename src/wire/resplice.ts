/**
 * Carries a change made to a request's parsed form over to its original text: members of the outermost object that came out
 * different are replaced, added or taken out; every other byte stays what it was.
 */
import { applyEdits, membersOf, type Edit, type Member } from '../lib/json-members.ts'
import { asRecord } from './fields.ts'

/**
 * @param text The request as it came.
 * @param before What the dialect writes for it unchanged, @param after and changed: both from the same writer, so that only
 *   what was changed differs.
 */
export function resplice(text: Uint8Array, before: unknown, after: unknown): Uint8Array {
  const old = asRecord(before) ?? {}
  const changed = asRecord(after) ?? {}
  const members = membersOf(text)
  const names = new Set([...Object.keys(old), ...Object.keys(changed)])
  const edits: Edit[] = []
  const added: string[] = []
  const removed = new Set<Member>()
  for (const name of names) {
    if (isSame(old[name], changed[name])) continue
    const value = JSON.stringify(changed[name])
    const places = members.filter(({ key }) => key === name)
    if (value === undefined) for (const place of places) removed.add(place)
    else if (places.length === 0) added.push(`${JSON.stringify(name)}:${value}`)
    else edits.push(...places.map(({ valueStart, valueEnd }) => ({ start: valueStart, end: valueEnd, text: value })))
  }
  return withMembers(applyEdits(text, [...edits, ...removals(members, removed)]), added)
}

const isSame = (a: unknown, b: unknown): boolean => a === b || JSON.stringify(a) === JSON.stringify(b)

/** Each from its start to the next member's; those at the end together, from the end of the last that stays. */
function removals(members: readonly Member[], removed: ReadonlySet<Member>): Edit[] {
  const lastKept = members.findLastIndex((member) => !removed.has(member))
  const edits = members.flatMap((member, place) => {
    const next = members[place + 1]
    return place < lastKept && removed.has(member) && next !== undefined
      ? [{ start: member.keyStart, end: next.keyStart, text: '' }]
      : []
  })
  const tail = members[lastKept + 1]
  if (tail === undefined) return edits
  const start = members[lastKept]?.valueEnd ?? tail.keyStart
  return [...edits, { start, end: members.at(-1)?.valueEnd ?? start, text: '' }]
}

function withMembers(text: Uint8Array, added: readonly string[]): Uint8Array {
  if (added.length === 0) return text
  const open = text.indexOf(0x7b) + 1
  const comma = membersOf(text).length > 0 ? ',' : ''
  return applyEdits(text, [{ start: open, end: open, text: added.join(',') + comma }])
}
