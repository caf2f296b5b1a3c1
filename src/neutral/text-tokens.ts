/**
 * Tokens of a text without a tokenizer. Byte-pair tokenizers cut a text into runs first: a word with the space before it, up to
 * three digits, a row of signs, white space. Counting those runs by their length is near the truth for prose, code and JSON
 * alike, where a fixed number of characters a token is not.
 */

const letter = 1
const capital = 2
const digit = 3
const space = 4
const sign = 5
const lineBreak = 6
/** Han, kana, hangul, Thai: no spaces between words. */
const dense = 7
/** Letters of other alphabets: longer words in bytes, and fewer of them in the vocabularies. */
const distant = 8

// Fitted to o200k_base on prose, code, JSON and six languages; `docs/models.md` has what is left of the error.
/** Letters up to which a word is mostly one token, and how many each further token covers. */
const wordLetters = 7.5
const lettersPerFurtherToken = 4
const capitalsPerToken = 3
const digitsPerToken = 3
/** A sign alone is often part of the word after it. */
const tokensPerLoneSign = 0.85
const signsPerToken = 2.6
/** Longer rows are rules and frames, which vocabularies have whole. */
const rowOfSigns = 8
const signsPerRowToken = 16
const tokensPerLineBreak = 0.6
const tokensPerDense = 0.7
const distantPerToken = 3.8

const ascii = Uint8Array.from({ length: 128 }, (_, code) => {
  if (code === 10 || code === 13) return lineBreak
  if (code === 32 || code === 9) return space
  if (code >= 48 && code <= 57) return digit
  if (code >= 65 && code <= 90) return capital
  return code >= 97 && code <= 122 ? letter : sign
})

function kindOf(code: number): number {
  if (code < 0x80) return ascii[code] ?? sign
  if (code < 0x2000) return code >= 0xe00 && code < 0x1200 ? dense : distant
  return code < 0x2e80 ? sign : dense
}

/** Never less than 0; a part of a token counts. */
export const textTokens = (text: string): number => tokensBetween(text, 0, text.length)

/** Texts up to this length are counted whole, of longer ones so many windows of such a length. */
const wholeLength = 1536
const windows = 4
const windowLength = 256

/** The same, of a long text by windows spread over it. */
export function sampledTokens(text: string): number {
  if (text.length <= wholeLength) return textTokens(text)
  const step = (text.length - windowLength) / (windows - 1)
  let tokens = 0
  for (let place = 0; place < windows; place++) {
    const start = Math.floor(place * step)
    tokens += tokensBetween(text, start, start + windowLength)
  }
  return (tokens * text.length) / (windows * windowLength)
}

function tokensBetween(text: string, start: number, end: number): number {
  let tokens = 0
  let kind = 0
  let length = 0
  for (let at = start; at < end; at++) {
    const next = kindOf(text.charCodeAt(at))
    // `Value` is one word; `getValue` is two.
    if (next === kind || (kind === capital && next === letter)) length++
    else {
      tokens += tokensOfRun(kind, length)
      length = 1
    }
    kind = next
  }
  return tokens + tokensOfRun(kind, length)
}

function tokensOfRun(kind: number, length: number): number {
  switch (kind) {
    case letter:
      return length <= wordLetters ? 1 : 1 + (length - wordLetters) / lettersPerFurtherToken
    case capital:
      return Math.max(1, length / capitalsPerToken)
    case digit:
      return Math.ceil(length / digitsPerToken)
    case space:
      // One space belongs to the word after it; more are an indentation.
      return length === 1 ? 0 : 1
    case sign:
      if (length === 1) return tokensPerLoneSign
      return length <= rowOfSigns
        ? Math.max(1, length / signsPerToken)
        : rowOfSigns / signsPerToken + (length - rowOfSigns) / signsPerRowToken
    case lineBreak:
      return tokensPerLineBreak
    case dense:
      return length * tokensPerDense
    case distant:
      return Math.max(1, length / distantPerToken)
    default:
      return 0
  }
}
