/** The frames of one written stream: numbered, and with the settings of the request where a frame holds the whole response. */
import type { JsonRecord } from '../fields.ts'

export class Frames {
  #sequence = 0
  #text = ''
  /** As JSON without its first brace: the same settings stand in three frames. */
  readonly #settings: string

  constructor(settings: JsonRecord) {
    this.#settings = JSON.stringify(settings).slice(1)
  }

  add(type: string, fields: JsonRecord): void {
    this.#put(type, JSON.stringify({ type, ...fields, sequence_number: this.#sequence++ }))
  }

  addResponse(type: string, response: JsonRecord): void {
    const whole = `${JSON.stringify(response).slice(0, -1)},${this.#settings}`
    this.#put(type, `{"type":"${type}","response":${whole},"sequence_number":${this.#sequence++}}`)
  }

  /** What was added since it was last taken. */
  take(): string {
    const text = this.#text
    this.#text = ''
    return text
  }

  #put(type: string, data: string): void {
    this.#text += `event: ${type}\ndata: ${data}\n\n`
  }
}
