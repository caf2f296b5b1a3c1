/** The references inside one JSON Schema, put in the place of what they point at. */
import { asRecord, asString, type JsonRecord } from '../fields.ts'

/** Schemas that unfold into more than this are machine-made puzzles; the request must not grow without bound. */
const maxSchemas = 5000

export class SchemaRefs {
  readonly #root: JsonRecord
  /** References that are being unfolded now: one that comes again would never end. */
  readonly #open = new Set<string>()
  #count = 0

  constructor(root: JsonRecord) {
    this.#root = root
  }

  /** @returns The schema with its reference in place; null for a circle, a reference that leads nowhere, or one schema too many. */
  enter(schema: JsonRecord): JsonRecord | null {
    this.#count += 1
    if (this.#count > maxSchemas) return null
    const ref = asString(schema['$ref'])
    if (ref === null) return schema
    const target = this.#open.has(ref) ? null : this.#find(ref)
    if (target === null) return null
    this.#open.add(ref)
    const { $ref: _, ...own } = schema
    return { ...(asString(target['$ref']) === null ? target : this.enter(target)), ...own }
  }

  leave(schema: JsonRecord): void {
    let ref = asString(schema['$ref'])
    while (ref !== null && this.#open.delete(ref)) ref = asString(this.#find(ref)?.['$ref'])
  }

  #find(ref: string): JsonRecord | null {
    if (!ref.startsWith('#')) return null
    let at: unknown = this.#root
    for (const step of ref.slice(1).split('/').filter(Boolean)) {
      const name = step.replaceAll('~1', '/').replaceAll('~0', '~')
      at = Array.isArray(at) ? (at as unknown[])[Number(name)] : asRecord(at)?.[name]
    }
    return asRecord(at)
  }
}
