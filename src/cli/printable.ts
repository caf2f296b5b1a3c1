/**
 * Text that others chose, as it may stand on a terminal. Names in requests are the callers' own: none is to give orders to the
 * terminal, begin a line of its own or turn the direction of writing around, by which a line could be forged.
 */

/** Controls but for the line end, and the marks of Unicode that end lines or change the direction. */
const unfit = String.raw`\u0000-\u0009\u000B-\u001F\u007F-\u009F\u061C\u200E\u200F\u2028-\u202E\u2066-\u2069`

const unfitInLines = new RegExp(`[${unfit}]`, 'g')
const unfitInCell = new RegExp(String.raw`[\n${unfit}]`, 'g')
/** Our own marks may stay: bold, dim, and neither. */
const unfitInLine = new RegExp(String.raw`(?!\u001B\[(?:1|2|22)m)[\n${unfit}]`, 'g')

/** For a part of a line, before it is measured. */
export const printableCell = (text: string): string => text.replace(unfitInCell, '?')

/** For one line, with our marks. */
export const printableLine = (text: string): string => text.replace(unfitInLine, '?')

/** For sentences, which may have several lines. */
export const printableLines = (text: string): string => text.replace(unfitInLines, '?')

/** For JSON, in which everything has an escape. */
export const printableJson = (json: string): string =>
  json.replace(unfitInLines, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`)
