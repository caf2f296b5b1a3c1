/** The two edits that passthrough may make to a request body: the model's name, and asking for usage in a stream. */
import { applyEdits, membersOf, type Edit, type Member } from '../lib/json-members.ts'

/** Puts another model name into the body. A key that stands twice is replaced twice: providers differ in which one counts. */
export function spliceModel(body: Uint8Array, model: string): Uint8Array {
  const text = JSON.stringify(model)
  return applyEdits(
    body,
    membersOf(body)
      .filter((member) => member.key === 'model')
      .map((member): Edit => ({ start: member.valueStart, end: member.valueEnd, text })),
  )
}

/**
 * Sets `stream_options.include_usage` to true, keeping other stream options as they are.
 * @returns The very same bytes where what stands there is no such option: a provider that refuses it is to see it.
 */
export function spliceIncludeUsage(body: Uint8Array): Uint8Array {
  const options = membersOf(body).findLast((member) => member.key === 'stream_options')
  if (options === undefined) {
    const open = body.indexOf(openingBrace) + 1
    return applyEdits(body, [{ start: open, end: open, text: '"stream_options":{"include_usage":true},' }])
  }
  if (body[options.valueStart] !== openingBrace) {
    if (!isNull(body, options)) return body
    return applyEdits(body, [{ start: options.valueStart, end: options.valueEnd, text: '{"include_usage":true}' }])
  }
  const inside = membersOf(body, options.valueStart)
  const flags = inside.filter((member) => member.key === 'include_usage')
  if (flags.length > 0) {
    if (!flags.every((flag) => isNull(body, flag) || isBoolean(body, flag))) return body
    return applyEdits(
      body,
      flags.map((flag): Edit => ({ start: flag.valueStart, end: flag.valueEnd, text: 'true' })),
    )
  }
  const open = options.valueStart + 1
  const comma = inside.length > 0 ? ',' : ''
  return applyEdits(body, [{ start: open, end: open, text: `"include_usage":true${comma}` }])
}

const openingBrace = '{'.charCodeAt(0)

/** By their first letters: in JSON nothing else begins so. */
const isNull = (body: Uint8Array, { valueStart }: Member): boolean => body[valueStart] === 0x6e
const isBoolean = (body: Uint8Array, { valueStart }: Member): boolean =>
  body[valueStart] === 0x74 || body[valueStart] === 0x66
