/** The parts of one stream as they come: text and thoughts in pieces, calls whole or argument by argument, the rest whole. */
import type { StreamEvent, WholePart } from '../../neutral/event.ts'
import type { Carried, ReasoningPart, TextPart, ToolCallPart } from '../../neutral/message.ts'
import { argumentsText } from '../../neutral/message.ts'
import { asList, asRecord, asString, type JsonRecord } from '../fields.ts'
import { ByteRuler } from './byte-ruler.ts'
import type { Cited } from './grounding.ts'
import { PartialArgs } from './partial-args.ts'
import { readPart, type PartSetting } from './parts.ts'

type Out = StreamEvent[]

interface OpenText {
  readonly type: 'text' | 'reasoning'
  readonly index: number
  readonly carried: { readonly carried?: Carried }
  text: string
  /** The last piece is the one that is signed; the part stays open for citations only. */
  isSigned: boolean
}

interface OpenCall {
  readonly index: number
  readonly id: string
  readonly args: PartialArgs
  call: JsonRecord
  signature: unknown
}

export class PartStream {
  readonly #setting: PartSetting
  #next = 0
  #text: OpenText | null = null
  /** The last text that has ended. */
  #ended: OpenText | null = null
  #call: OpenCall | null = null
  hasCalls = false

  constructor(setting: PartSetting) {
    this.#setting = setting
  }

  step(raw: JsonRecord, out: Out): void {
    const call = asRecord(raw['functionCall'] ?? raw['function_call'])
    if (call !== null && this.#growCall(raw, call, out)) return
    // A text that says nothing closes nothing; the last chunk often has one.
    if (raw['text'] === '' && Object.keys(raw).length === 1) return
    this.#endCall(out)
    const { part } = readPart(raw, this.#setting)
    switch (part.type) {
      case 'text':
      case 'reasoning':
        return this.#growText(part, out)
      case 'tool-call':
        this.#endText(out)
        this.#wholeCall(part, this.#next, out)
        return
      case 'media':
      case 'foreign':
        this.whole(part, out)
        return
      case 'tool-result':
      case 'refusal':
      case 'web-search':
    }
  }

  whole(part: WholePart, out: Out): void {
    this.#endText(out)
    out.push({ type: 'part', index: this.#next, part })
    this.#next += 1
  }

  /** The stream is over: what is open ends, a text with its citations. */
  end(cited: readonly Cited[], out: Out): void {
    this.#endCall(out)
    const open = this.#text
    if (open?.type === 'text') {
      const ruler = new ByteRuler(open.text)
      for (const { place } of cited) out.push({ type: 'part-cited', index: open.index, citation: place(ruler) })
    } else if (cited.length > 0 && this.#ended !== null) this.#citeLate(cited, this.#ended.text, out)
    this.#endText(out)
  }

  /** The text that is cited has ended before something else: its sources stand on a text of nothing. */
  #citeLate(cited: readonly Cited[], text: string, out: Out): void {
    const ruler = new ByteRuler(text)
    this.#growText({ type: 'text', text: '' }, out)
    for (const { place } of cited)
      out.push({ type: 'part-cited', index: this.#next - 1, citation: { ...place(ruler), start: null, end: null } })
  }

  #growText({ type, text, signed, carried }: TextPart | ReasoningPart, out: Out): void {
    if (this.#text?.type !== type || this.#text.isSigned) {
      this.#endText(out)
      this.#text = {
        type,
        index: this.#next,
        text: '',
        isSigned: false,
        carried: carried === undefined ? {} : { carried },
      }
      out.push({ type: 'part-start', index: this.#next, part: { type } })
      this.#next += 1
    }
    const open = this.#text
    open.text += text
    if (text !== '') out.push({ type: 'part-delta', index: open.index, delta: text })
    if (signed === undefined) return
    out.push({ type: 'part-signed', index: open.index, signed })
    open.isSigned = true
  }

  #endText(out: Out): void {
    if (this.#text !== null) out.push({ type: 'part-end', index: this.#text.index, ...this.#text.carried })
    if (this.#text?.type === 'text') this.#ended = this.#text
    this.#text = null
  }

  /** @returns False for a call that came whole. */
  #growCall(raw: JsonRecord, call: JsonRecord, out: Out): boolean {
    const name = asString(call['name'])
    const goesOn = call['willContinue'] === true
    const pieces = asList(call['partialArgs'])
    if (name !== null) {
      this.#endCall(out)
      if (!goesOn && pieces.length === 0) return false
      this.#beginCall(name, call, out)
    }
    const open = this.#call
    // The sign that a call is over which was over already.
    if (open === null) return name !== null || Object.keys(call).length === 0 || goesOn || pieces.length > 0
    if (raw['thoughtSignature'] !== undefined) open.signature = raw['thoughtSignature']
    open.args.add(pieces)
    const whole = asRecord(call['args'])
    if (whole !== null) open.args.replace(whole)
    if (!goesOn && !open.args.isOpen) this.#endCall(out)
    return true
  }

  #beginCall(name: string, call: JsonRecord, out: Out): void {
    this.#endText(out)
    this.hasCalls = true
    const { partialArgs: _, willContinue: __, ...rest } = call
    const id = asString(call['id']) ?? this.#setting.makeId()
    this.#call = { index: this.#next, id, args: new PartialArgs(), call: rest, signature: undefined }
    out.push({ type: 'part-start', index: this.#next, part: { type: 'tool-call', id, name, kind: 'function' } })
    this.#next += 1
  }

  /** A call whose last frame never comes is over when something else begins. */
  #endCall(out: Out): void {
    const open = this.#call
    if (open === null) return
    this.#call = null
    const { part } = readPart(
      { functionCall: { ...open.call, args: open.args.value }, ...signatureOf(open.signature) },
      { ...this.#setting, makeId: () => open.id },
    )
    if (part.type === 'tool-call') endCall(part, open.index, out)
  }

  #wholeCall(part: ToolCallPart, index: number, out: Out): void {
    this.hasCalls = true
    const { id, name, kind } = part
    out.push({ type: 'part-start', index, part: { type: 'tool-call', id, name, kind } })
    this.#next += 1
    endCall(part, index, out)
  }
}

const signatureOf = (signature: unknown): JsonRecord => (signature === undefined ? {} : { thoughtSignature: signature })

function endCall(part: ToolCallPart, index: number, out: Out): void {
  // Before the arguments: some clients of Chat Completions take a signature from a call's first chunk alone.
  if (part.signed !== undefined) out.push({ type: 'part-signed', index, signed: part.signed })
  out.push({ type: 'part-delta', index, delta: argumentsText(part.arguments) })
  out.push({ type: 'part-end', index, ...(part.carried !== undefined && { carried: part.carried }) })
}
