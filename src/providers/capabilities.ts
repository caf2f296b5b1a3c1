/**
 * What is known of a model at a provider: the table's row, our reviewed rows over it, and what the provider makes of all its
 * models. Never fails: what is not known restricts nothing. A lookup is a map's after the first.
 */
import {
  type Capabilities,
  type StructuredOutput,
  type ThinkingFacts,
  unknownCapabilities,
  unknownThinking,
} from '../neutral/capability.ts'
import type { MediaKind } from '../neutral/message.ts'
import { type Effort, isEffort } from '../neutral/thinking.ts'
import { type FoundFacts, findFacts, type ModelFacts } from './capability-facts.ts'
import { atHost } from './capability-hosts.ts'
import { canonicalName } from './capability-names.ts'
import { type CapabilityOverride, capabilityOverrides } from './capability-overrides.ts'

/** More than anybody uses; a caller that invents names only empties the map. */
const keptAnswers = 2_000

const kept = new Map<string, Capabilities>()

/** @param model As the provider names it. */
export function capabilitiesOf(provider: string, model: string): Capabilities {
  const key = `${provider}\n${model}`
  const before = kept.get(key)
  if (before !== undefined) return before
  if (kept.size >= keptAnswers) kept.clear()
  const found = Object.freeze(lookUp(provider, model))
  kept.set(key, found)
  return found
}

function lookUp(provider: string, model: string): Capabilities {
  const found = findFacts(provider, model)
  const canonical = canonicalName(model)
  const rows = capabilityOverrides.filter(
    ({ models, at }) => models.test(canonical) && (at === undefined || at.includes(provider)),
  )
  const base = found === undefined ? unknownCapabilities(model) : fromTable(model, found)
  const reviewed = rows.reduce(overridden, base)
  return atHost(provider, found === undefined && rows.length > 0 ? { ...reviewed, from: 'family' } : reviewed)
}

const overridden = (facts: Capabilities, row: CapabilityOverride): Capabilities => ({
  ...facts,
  ...row.facts,
  thinking: { ...facts.thinking, ...row.thinking },
})

function fromTable(model: string, { facts, from }: FoundFacts): Capabilities {
  const can = new Set(facts.can.split(' '))
  const isOwn = from === 'provider'
  return {
    ...unknownCapabilities(model),
    from,
    contextTokens: facts.context,
    maxInputTokens: facts.input ?? null,
    maxOutputTokens: facts.output ?? null,
    reads: mediaOf(facts.reads),
    writes: mediaOf(facts.writes),
    // That one host has no tools for a model, or no temperature, says nothing of another's.
    hasTools: can.has('tools') ? true : isOwn ? false : null,
    refused: facts.temperature === false && isOwn ? ['temperature', 'top_p'] : [],
    structuredOutput: structuredOf(facts, can, isOwn),
    thinking: thinkingOf(facts, can),
    echoesReasoning: can.has('echo'),
  }
}

function structuredOf(facts: ModelFacts, can: ReadonlySet<string>, isOwn: boolean): StructuredOutput | null {
  if (can.has('schema')) return 'schema'
  return facts.schema === false && isOwn ? 'none' : null
}

const mediaOf = (words: string | undefined): readonly MediaKind[] => {
  const named = new Set(words?.split(' '))
  return media.filter((kind) => named.has(kind))
}
const media: readonly MediaKind[] = ['image', 'document', 'audio', 'video']

/** A model that thinks, and of which no way to tell it is known, takes no word about it. */
function thinkingOf(facts: ModelFacts, can: ReadonlySet<string>): ThinkingFacts {
  const known = { ...unknownThinking, isKnown: true, efforts: [] }
  if (!can.has('think')) return { ...known, style: 'none' }
  const efforts = effortsOf(facts.efforts)
  const canSwitch = can.has('switch')
  if (efforts.length > 0) {
    const canBeOff = canSwitch || efforts.includes('none')
    return { ...known, style: canSwitch ? 'adaptive' : 'effort', efforts, canBeOff, isOnByDefault: true }
  }
  if (facts.budget !== undefined) {
    const [min, max] = facts.budget
    return { ...known, style: 'budget', budget: { min: min ?? 0, max }, canBeOff: canSwitch || min === 0 }
  }
  if (canSwitch) return { ...known, style: 'adaptive', isOnByDefault: true }
  return { ...known, style: 'always', canBeOff: false, isOnByDefault: true }
}

const ladder: readonly Effort[] = ['none', 'minimal', 'low', 'medium', 'high', 'xhigh', 'max']

function effortsOf(words: string | undefined): readonly Effort[] {
  const named = new Set(words?.split(' ').filter(isEffort))
  return ladder.filter((effort) => named.has(effort))
}
