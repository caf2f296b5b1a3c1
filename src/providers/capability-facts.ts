/**
 * The table of models, trimmed from models.dev: parsed when it is first asked, because a start that passes requests on does not
 * need it. Finds a model by the name its provider gives it, else by the same name elsewhere.
 */
import { canonicalName, nameForms } from './capability-names.ts'
import text from './model-facts.json' with { type: 'text' }

/** One model as the file has it; words are separated by spaces. */
export interface ModelFacts {
  readonly context: number
  readonly input?: number
  readonly output?: number
  /** Media beside text. */
  readonly reads?: string
  readonly writes?: string
  /** `tools`, `think`, `switch` (thinking on and off), `schema`, `echo` (its reasoning is wanted back). */
  readonly can: string
  readonly temperature?: false
  readonly schema?: false
  readonly efforts?: string
  readonly budget?: readonly [min: number | null, max: number | null]
}

interface FactsFile {
  readonly source: string
  readonly licence: string
  readonly snapshot: string
  readonly providers: Readonly<Record<string, Readonly<Record<string, ModelFacts>>>>
}

export interface FoundFacts {
  readonly facts: ModelFacts
  readonly from: 'provider' | 'name'
}

interface Table {
  readonly file: FactsFile
  /** By provider, then by every form of a name. */
  readonly own: ReadonlyMap<string, ReadonlyMap<string, ModelFacts>>
  readonly anywhere: ReadonlyMap<string, ModelFacts>
}

/** Providers that serve another's models under its names. */
const sameAs: ReadonlyMap<string, string> = new Map([['openai-chatgpt', 'openai']])

let table: Table | undefined

export function findFacts(provider: string, model: string): FoundFacts | undefined {
  table ??= openTable()
  const own = table.own.get(sameAs.get(provider) ?? provider)
  const forms = nameForms(model)
  for (const form of forms) {
    const facts = own?.get(form)
    if (facts !== undefined) return { facts, from: 'provider' }
  }
  for (const form of forms) {
    const facts = table.anywhere.get(form)
    if (facts !== undefined) return { facts, from: 'name' }
  }
  return undefined
}

/** Where the table is from, and of which day. */
export function factsSource(): { readonly source: string; readonly licence: string; readonly snapshot: string } {
  table ??= openTable()
  const { source, licence, snapshot } = table.file
  return { source, licence, snapshot }
}

function openTable(): Table {
  // The types take .json for its value; imported as text it is a string, and costs a start nothing.
  const file = JSON.parse(text as unknown as string) as FactsFile
  const anywhere = new Map<string, ModelFacts>()
  const own = new Map<string, ReadonlyMap<string, ModelFacts>>()
  for (const [provider, models] of Object.entries(file.providers)) {
    const names = new Map<string, ModelFacts>()
    for (const [name, facts] of Object.entries(models)) names.set(name.toLowerCase(), facts)
    for (const [name, facts] of Object.entries(models)) {
      const canonical = canonicalName(name)
      if (!names.has(canonical)) names.set(canonical, facts)
      if (!anywhere.has(canonical)) anywhere.set(canonical, facts)
    }
    own.set(provider, names)
  }
  return { file, own, anywhere }
}
