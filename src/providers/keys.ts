/** Keys as values: a box that never shows what it holds, and the difference between a key and a placeholder. */

const mask = '[hidden]'

let openBox: (secret: Secret) => string

/** Holds one key. Printing, serialising and enumerating show a mask; only `revealKey` opens it. */
export class Secret {
  readonly #value: string

  static {
    openBox = (secret) => secret.#value
  }

  constructor(value: string) {
    this.#value = value
  }

  toJSON(): string {
    return mask
  }

  toString(): string {
    return mask
  }

  [Symbol.for('nodejs.util.inspect.custom')](): string {
    return mask
  }
}

/** For auth.ts, and for cloud/ where a request is signed: the moment a key is put to use. */
export const revealKey = (secret: Secret): string => openBox(secret)

export const isSameKey = (one: Secret, other: Secret): boolean => openBox(one) === openBox(other)

/** A word of these, between dashes, makes a placeholder of any key. */
const placeholderWords = new Set(
  (
    'anything changeme dummy example here ignored local localhost needed nokey none noop not null placeholder relayplane ' +
    'required undefined unused whatever your'
  ).split(' '),
)

/** What people type where a tool insists on a key. */
const placeholders = new Set(
  '12345678 123456789 1234567890 api-key api_key fake-key lm-studio lmstudio no-key-required password test-key test_key testkey'.split(
    ' ',
  ),
)

const shortestKey = 8

/** True for what stands where a key should: `x`, `sk-local`, `dummy-key`, `<your key>`. No vendor issues keys that short. */
export function isDummyKey(key: string): boolean {
  const word = key.trim().toLowerCase().replace(/^sk-/, '')
  if (word.length < shortestKey || placeholders.has(word)) return true
  if (/[<>{}$]/.test(word) || /^(.)\1*$/.test(word)) return true
  return word.split(/[-_.\s]+/).some((part) => placeholderWords.has(part))
}
