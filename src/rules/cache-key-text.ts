/**
 * Prose without its noise, for the mode `aggressive` (docs/decisions/0016): the moment it was written at where the text itself
 * says so, the ids of a system prompt, and white space that no reader sees. What a text is about is not noise: a date that is
 * not said to be today's, a number, an id in what a user asks, code.
 */

/** `system`: instructions that a program puts around a question. `user`: the question. */
export type Voice = 'system' | 'user'

const month =
  '(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)\\.?'
const weekday = '(?:mon|tue|tues|wed|wednes|thu|thurs?|fri|sat|satur|sun)(?:day)?\\.?'
const ordinal = '\\d{1,2}(?:st|nd|rd|th)?'
const date = `(?:${weekday},? )?(?:\\d{4}[-/.]\\d{1,2}[-/.]\\d{1,2}|\\d{1,2}[-/.]\\d{1,2}[-/.]\\d{4}|${month} ${ordinal},? \\d{4}|${ordinal} (?:of )?${month},? \\d{4})`
/** Without its zone, which says something about who asks. */
const time = '\\d{1,2}:\\d{2}(?::\\d{2}(?:[.,]\\d{1,9})?)?(?: ?[ap]\\.?m\\b\\.?)?'

const label =
  "\\b(?:today(?:['’]s)?(?:[ _-]date)?|(?:current|present)[ _-]?(?:date(?:[ _-]?(?:and|&)?[ _-]?time)?|time(?:stamp)?|day))"
/** What makes it a statement: `Is today 2026-01-05?` is a question, `current_date > '2026-01-05'` a condition. */
const mark = '["\'*_]{0,3}(?: \\([^()\\n]{1,30}\\))?(?:\\s{0,2}(?::|is\\b)["\'*_]{0,3}\\s{0,3}|[=>]\\n?)["\'*_]{0,3}'

/** `Today's date is Monday, January 5, 2026`, `<current_time>10:22`, `"currentDate": "2026-01-05T10:22:33Z"`. */
const now = new RegExp(`(${label}${mark})((?:${date})(?:(?:T|,? (?:at )?)${time})?|${time})`, 'gi')

const stamp = /\b\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}(?::\d{2}(?:[.,]\d{1,9})?)?/g
const uuid = /\b[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\b/gi
/** With digits and letters. From MD5 to SHA-256; what is longer is data. */
const hexId = /\b(?=[a-f]*\d)(?=\d*[a-f])[0-9a-f]{32,64}\b/gi

/** Fenced to the fence's end or the text's, and between backticks. */
const code = /^ {0,3}(`{3,}|~{3,})[^]*?(?:^ {0,3}\1|$(?![^]))|`[^`\n]+`/gm

/** Stands for what was taken out. A text's own NUL is doubled, so that no text looks like what another becomes. */
const blank = '\0.'

/** @param folded Gets what was taken out but for white space, word for word. */
export function foldText(text: string, voice: Voice, folded: Set<string>): string {
  const even = text.replaceAll('\0', '\0\0').replaceAll('\r\n', '\n')
  let quiet = ''
  let from = 0
  for (const { index, 0: span } of hasCode(even) ? even.matchAll(code) : []) {
    quiet += foldProse(even.slice(from, index), voice, folded) + span
    from = index + span.length
  }
  return (quiet + foldProse(even.slice(from), voice, folded)).trimEnd()
}

const hasCode = (text: string): boolean => text.includes('`') || text.includes('~~~')

/** One expression for all of it takes four times as long: 0.9 ms for 100 kB instead of 0.2. */
function foldProse(text: string, voice: Voice, folded: Set<string>): string {
  const take = (found: string): string => {
    folded.add(found)
    return blank
  }
  const timeless = text.replace(now, (_, said: string, moment: string) => said + take(moment))
  return foldSpace(voice === 'user' ? timeless : timeless.replace(stamp, take).replace(uuid, take).replace(hexId, take))
}

/** Lines stay lines and keep their indentation: without fences, too, a text may be code. */
const foldSpace = (text: string): string =>
  text
    .replace(/[ \t]{2,}|\t| (?=\n)/g, (run: string, at: number) => {
      if (text[at + run.length] === '\n') return ''
      return at === 0 || text[at - 1] === '\n' ? run : ' '
    })
    .replace(/\n{3,}/g, '\n\n')
