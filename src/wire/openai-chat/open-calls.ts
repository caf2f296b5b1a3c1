/** The tool calls of a stream, side by side: found again by index, by id, or as the last one; arguments come out once. */
import type { StreamEvent } from '../../neutral/event.ts'
import type { Part } from '../../neutral/message.ts'
import { asRecord, asString, parseJson, type JsonRecord } from '../fields.ts'
import type { Signer } from '../translator.ts'
import { openCallIds, type CallIds } from './call-ids.ts'
import { callPrefix } from './read-reply.ts'
import { signedExtra } from './signatures.ts'

interface Call {
  given: string | null
  name: string
  kind: 'function' | 'custom'
  /** All arguments so far; until the call has begun none of them went out. */
  text: string
  /** Null until its name is known. */
  index: number | null
  isLegacy: boolean
  extra: JsonRecord | null
}

export class OpenCalls {
  readonly #emit: (event: StreamEvent) => void
  readonly #place: (type: Part['type']) => number
  readonly #provider: string
  readonly #ids: CallIds
  readonly #calls: Call[] = []
  readonly #byIndex = new Map<number, Call>()

  constructor(emit: (event: StreamEvent) => void, place: (type: Part['type']) => number, signer: Signer) {
    this.#emit = emit
    this.#place = place
    this.#provider = signer.provider
    this.#ids = openCallIds(callPrefix(signer))
  }

  read(entry: JsonRecord | null, position: number): void {
    if (entry === null) return
    const custom = asRecord(entry.function) === null ? asRecord(entry.custom) : null
    const inner = custom ?? asRecord(entry.function)
    const given = asString(entry.id)
    const name = asString(inner?.name)
    const call = this.#find(entry.index, given, name, position)
    if (custom !== null) call.kind = 'custom'
    call.given ??= given
    const isRepeated = name !== null && call.name !== ''
    if (call.name === '') call.name = name ?? ''
    call.extra ??= asRecord(entry.extra_content)
    this.#grow(call, textOf(custom === null ? inner?.arguments : inner?.input), isRepeated)
  }

  /** The only call of an older server. */
  readLegacy(entry: JsonRecord): void {
    const known = this.#calls.find(({ isLegacy }) => isLegacy)
    const call = known ?? this.#add({ isLegacy: true })
    const name = asString(entry.name)
    if (call.name === '') call.name = name ?? ''
    this.#grow(call, textOf(entry.arguments), known !== undefined && name !== null)
  }

  close(): void {
    for (const call of this.#calls) {
      const index = this.#begin(call)
      if (call.extra !== null)
        this.#emit({ type: 'part-signed', index, signed: signedExtra(call.extra, this.#provider) })
      this.#emit({ type: 'part-end', index })
    }
    this.#calls.length = 0
  }

  #find(index: unknown, given: string | null, name: string | null, position: number): Call {
    const known = typeof index === 'number' ? this.#byIndex.get(index) : this.#unnumbered(given, name, position)
    // Google's endpoint numbers every call of a turn 0: another id with another name is another call.
    const isAnother = known?.given != null && given !== null && given !== known.given && name !== null
    if (known !== undefined && !isAnother) return known
    const call = this.#add({ isLegacy: false })
    if (typeof index === 'number') this.#byIndex.set(index, call)
    return call
  }

  /** Mistral gives whole calls, without numbers. */
  #unnumbered(given: string | null, name: string | null, position: number): Call | undefined {
    if (given !== null) return this.#calls.find((call) => call.given === given)
    return name === null ? this.#calls[this.#calls.length - 1 - position] : undefined
  }

  #add({ isLegacy }: { isLegacy: boolean }): Call {
    const call: Call = { given: null, name: '', kind: 'function', text: '', index: null, isLegacy, extra: null }
    this.#calls.push(call)
    return call
  }

  #grow(call: Call, delta: string, isRepeated: boolean): void {
    // A server that says the whole call once more at its end.
    if (isRepeated && delta !== '' && isWhole(call.text)) return
    call.text += delta
    if (call.index === null) {
      if (call.name !== '') this.#begin(call)
    } else if (delta !== '') this.#emit({ type: 'part-delta', index: call.index, delta })
  }

  #begin(call: Call): number {
    if (call.index !== null) return call.index
    const index = this.#place('tool-call')
    const id = this.#ids.call(call.given, call.name, call.kind)
    call.index = index
    this.#emit({ type: 'part-start', index, part: { type: 'tool-call', id, name: call.name, kind: call.kind } })
    if (call.text !== '') this.#emit({ type: 'part-delta', index, delta: call.text })
    return index
  }
}

const textOf = (value: unknown): string => {
  if (typeof value === 'string') return value
  return asRecord(value) === null ? '' : JSON.stringify(value)
}

const isWhole = (text: string): boolean =>
  text.startsWith('{') && text.endsWith('}') && asRecord(parseJson(text)) !== null
