/** Reading JSON that a person wrote: a byte order mark is no fault, and a syntax error has a line, a column and a reason. */
export type JsonText =
  | { readonly kind: 'value'; readonly value: unknown }
  /** `problem`: `line 3, column 7: expected a property name in double quotes`. */
  | { readonly kind: 'broken'; readonly problem: string }

export function readJson(text: string): JsonText {
  const plain = text.startsWith('\uFEFF') ? text.slice(1) : text
  try {
    return { kind: 'value', value: JSON.parse(plain) as unknown }
  } catch {
    // JSON.parse here says what it met but not where.
    return { kind: 'broken', problem: describe(plain, findFault(plain)) }
  }
}

interface Fault {
  readonly offset: number
  readonly expected: string
}

function describe(text: string, { offset, expected }: Fault): string {
  if (text.trim() === '') return 'the file is empty'
  const before = text.slice(0, offset)
  const line = before.split('\n').length
  const column = offset - (before.lastIndexOf('\n') + 1) + 1
  return `line ${line}, column ${column}: expected ${expected}`
}

const white = /[ \t\r\n]*/y
// oxlint-disable-next-line no-control-regex -- Exactly these may not stand in a JSON string.
const string = /"(?:[^"\\\u0000-\u001F]|\\(?:["\\/bfnrt]|u[0-9A-Fa-f]{4}))*"/y
const scalar = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?(?![\w.])|true(?!\w)|false(?!\w)|null(?!\w)/y

/** Walks text that JSON.parse refused, to the first place where no JSON could go on. */
function findFault(text: string): Fault {
  let offset = 0
  const take = (pattern: RegExp): boolean => {
    pattern.lastIndex = offset
    const found = pattern.test(text)
    if (found) offset = pattern.lastIndex
    return found
  }
  const skipWhite = () => take(white)
  const at = (character: string): boolean => {
    skipWhite()
    if (text[offset] !== character) return false
    offset++
    return true
  }
  const fault = (expected: string): Fault => {
    skipWhite()
    return { offset, expected }
  }
  const readValue = (): Fault | undefined => {
    skipWhite()
    if (at('{')) return readMembers('}', readMember)
    if (at('[')) return readMembers(']', readValue)
    if (take(string) || take(scalar)) return undefined
    return fault(text[offset] === '"' ? 'a string that ends on its line' : 'a value')
  }
  const readMember = (): Fault | undefined => {
    skipWhite()
    if (!take(string)) return fault('a property name in double quotes')
    return at(':') ? readValue() : fault('a colon after the property name')
  }
  const readMembers = (close: string, readOne: () => Fault | undefined): Fault | undefined => {
    if (at(close)) return undefined
    for (;;) {
      const found = readOne()
      if (found) return found
      if (at(close)) return undefined
      if (!at(',')) return fault(`a comma or ${close}`)
    }
  }
  return readValue() ?? fault('the end of the file')
}
