/** What a model's name stands for: one model, the list of an alias, or the pool that a suffix chooses from. */
import type { ModelRef } from '../neutral/model.ts'
import { aliasMeaning } from './aliases.ts'
import type { Question, Rejected, Resolved } from './route-facts.ts'
import { usageOf, type Option } from './route-screen.ts'
import { isInPool, kindWords, rankPool, splitSuffix, type Pooled, type Suffixed } from './suffix.ts'

export interface Meaning {
  readonly options: readonly Option[]
  /** Names that are to be had nowhere here. */
  readonly rejected: readonly Rejected[]
  /** The first model that was meant, even where nobody here has it. */
  readonly first: ModelRef | null
  /** Several will do, and nobody named the one. */
  readonly isChoice: boolean
  /** What it is, to follow the name (`stands for …`); empty for a model. */
  readonly told: string
}

export interface Choice extends Meaning {
  readonly kind: 'alias' | 'suffix'
}

/** Whose word a name is: the caller's own goes to the provider that its path names. */
export type Whose = 'caller' | 'settings'

export const meaningOf = (name: string, whose: Whose, question: Question): Meaning =>
  choiceOf(name, whose, question) ?? oneModel(name, question)

/** @returns null for a model's own name. */
export function choiceOf(name: string, whose: Whose, question: Question, depth = 0): Choice | null {
  const { settings, world } = question
  const alias = aliasMeaning(name, settings.aliases, world.builtInAliases)
  if (alias?.kind === 'list') return listed(alias.models, question)
  if (alias?.kind === 'name') return ownAlias(name, alias.name, question, depth)
  const suffixed = splitSuffix(name, world.isKnown)
  return suffixed === null ? null : pool(suffixed, whose, question)
}

/** Longer chains of aliases are a circle. */
const mostAliases = 4

function ownAlias(name: string, target: string, question: Question, depth: number): Choice {
  if (depth >= mostAliases) {
    const rejected = [{ name, ref: null, why: 'is an alias that leads to itself' }]
    return { kind: 'alias', options: [], rejected, first: null, isChoice: false, told: `stands for ${target}` }
  }
  const meaning = choiceOf(target, 'settings', question, depth + 1) ?? oneModel(target, question)
  const told = `stands for ${target}${meaning.told === '' ? '' : `, which ${meaning.told}`}`
  return { ...meaning, kind: 'alias', told }
}

/** As the caller wrote it, without aliases and suffixes. */
export function plainModel(name: string, question: Question): Meaning {
  const found = homesOf(name, 'caller', question)
  const options = refsOf(found).map((ref) => ({ ref, standing: 0, why: 'the caller names it', isCallers: true }))
  return { options, rejected: missing(name, found), first: firstOf(found), isChoice: false, told: '' }
}

/** And the same at other providers, for when it can't be had there. */
function oneModel(name: string, question: Question): Meaning {
  const found = question.world.resolve(name)
  const first = firstOf(found)
  const own = refsOf(found).map((ref) => ({ ref, standing: 0, why: 'the settings name it', isCallers: false }))
  const options = [...own, ...elsewhere(first, 1, question)]
  return { options, rejected: missing(name, found), first, isChoice: false, told: '' }
}

function homesOf(name: string, whose: Whose, { facts: { mount }, world }: Question): Resolved {
  if (whose === 'caller' && mount !== null) return { kind: 'found', refs: [{ provider: mount, model: name }] }
  return world.resolve(name)
}

const refsOf = (found: Resolved): readonly ModelRef[] => (found.kind === 'found' ? found.refs : [])

const firstOf = (found: Resolved): ModelRef | null => (found.kind === 'found' ? (found.refs[0] ?? null) : found.ref)

const missing = (name: string, found: Resolved): readonly Rejected[] =>
  found.kind === 'found' ? [] : [{ name, ref: found.ref, why: found.why }]

const elsewhere = (ref: ModelRef | null, standing: number, { world }: Question): readonly Option[] =>
  ref === null
    ? []
    : world
        .alternatives(ref)
        .filter(({ kind }) => kind === 'same-model')
        .map((other) => ({ ref: other.ref, standing, why: `${ref.model} at another provider`, isCallers: false }))

/** Of a list of ours nobody is led to what is retired. */
function listed(models: readonly string[], question: Question): Choice {
  const { world } = question
  const entries = models.map((name, place) => {
    const found = world.resolve(name)
    const first = firstOf(found)
    return { name, place, found, first, isRetired: first !== null && world.isRetired(first) }
  })
  const good = entries.filter(({ isRetired }) => !isRetired)
  const named = good.flatMap(({ found, place }) =>
    refsOf(found).map((ref) => ({ ref, standing: place, why: `no. ${place + 1} of the alias`, isCallers: false })),
  )
  const others = good.flatMap(({ first, place }) => elsewhere(first, models.length + place, question))
  const rejected = entries.flatMap(({ name, found, first, isRetired }) =>
    isRetired ? [{ name, ref: first, why: 'is retired' }] : missing(name, found),
  )
  return {
    kind: 'alias',
    options: [...named, ...others],
    rejected,
    first: good[0]?.first ?? null,
    isChoice: true,
    told: 'stands for the first of a list that can be had',
  }
}

function pool({ base, suffix }: Suffixed, whose: Whose, question: Question): Choice {
  const { facts, world } = question
  const found = homesOf(base, whose, question)
  const first = firstOf(found)
  const others = first === null ? [] : world.alternatives(first).filter(({ kind }) => isInPool(kind))
  const usage = usageOf(facts)
  const pooled: readonly Pooled[] = [...refsOf(found).map((ref) => ({ ref, kind: 'base' as const })), ...others].map(
    (one) => ({ ...one, costNanoUsd: world.costOf(one.ref, usage) }),
  )
  return {
    kind: 'suffix',
    options: rankPool(suffix, pooled, facts.task, world).map(({ ref, why }, standing) => ({
      ref,
      standing,
      why,
      isCallers: false,
    })),
    rejected: missing(base, found),
    first,
    isChoice: true,
    told: `asks for ${base} or one of its family by :${suffix}`,
  }
}

/** Who may take the place of a tier's model: a newer one of the tier, then another maker's. */
export const standIns = (ref: ModelRef | null, { world }: Question): readonly Option[] =>
  ref === null
    ? []
    : world.alternatives(ref).flatMap(({ ref: other, kind }) => {
        if (kind !== 'same-tier' && kind !== 'peer') return []
        return [
          { ref: other, standing: kind === 'peer' ? 3 : 2, why: `${kindWords[kind]} (${ref.model})`, isCallers: false },
        ]
      })
