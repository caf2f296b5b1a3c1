/** What the route function is told, and what it says. Types only: who fills them knows the request, the providers and the prices. */
import type { Alternative } from '../neutral/alternative.ts'
import type { ModelRef, TaskType } from '../neutral/model.ts'
import type { Needs } from '../neutral/needs.ts'
import type { Usage } from '../neutral/usage.ts'
import type { BuiltInAliases } from './aliases.ts'
import type { Tier } from './complexity.ts'
import type { RuleCondition } from './match-rule.ts'
import type { SideCall } from './side-calls.ts'

/** What is known of a request before it is sent. */
export interface RouteFacts {
  /** The model as the caller wrote it in the request; null where it names none. */
  readonly asked: string | null
  /** `X-RelayPlane-Model`. */
  readonly header: string | null
  /** The caller wants no routing. */
  readonly isBypassed: boolean
  /** The provider that the path names. */
  readonly mount: string | null
  readonly agent: string | null
  readonly tags: Readonly<Record<string, string>> | null
  readonly task: TaskType
  /** null where it is not scored. */
  readonly complexity: { readonly score: number; readonly tier: Tier } | null
  readonly isAutomated: boolean
  readonly inputTokens: number
  readonly expectedOutputTokens: number
  readonly needs: Needs
  /** It ends in the result of a tool: the answer goes on with what a model has begun. */
  readonly isMidToolLoop: boolean
  readonly home: Home | null
  readonly sideCall: Pick<SideCall, 'kind' | 'isSmall'> | null
}

/** Who has answered this conversation up to now. */
export interface Home {
  readonly ref: ModelRef
  /** What the caller had asked for then: whoever asks for something else now has changed the model itself. */
  readonly asked: string | null
  /** Tokens of this request that lie in the model's prompt cache. */
  readonly cachedTokens: number
}

/** As the settings have it: `routing`, and `modelOverrides` beside it. */
export interface RouteSettings {
  readonly mode: 'passthrough' | 'complexity' | 'cascade' | 'auto'
  readonly aliases: Readonly<Record<string, string>>
  readonly modelOverrides: Readonly<Record<string, string>>
  readonly rules: readonly { readonly when: RuleCondition; readonly use: string }[]
  readonly complexity: { readonly enabled: boolean } & { readonly [tier in Tier]: string }
  readonly cascade: { readonly enabled: boolean; readonly models: readonly string[] }
  readonly sticky: boolean
}

export type Resolved =
  | { readonly kind: 'found'; readonly refs: readonly ModelRef[] }
  /**
   * @property why Follows the name: `is known to no provider`, `has no key: set …`.
   * @property ref Where it would be.
   */
  | { readonly kind: 'nowhere'; readonly why: string; readonly ref: ModelRef | null }

/** How a model has done at a task. */
export interface Signals {
  /** How many answers this is from. */
  readonly answers: number
  /** Until the answer was whole; null where too few were. */
  readonly p50Ms: number | null
  /** Of the answers, 0 to 1: failed, refused, given up for a better model's, or asked for again. */
  readonly badShare: number
}

/** What the route function asks. Same question, same answer, within one decision. */
export interface RouteWorld {
  /** Where a model is to be had: providers that are configured and have a key, best first. */
  resolve(name: string): Resolved
  /** Whether somebody lists a model of this very name, so that a colon in it is its own. */
  isKnown(name: string): boolean
  readonly builtInAliases: BuiltInAliases
  /** Gone at its maker, or with a day on which it goes. */
  isRetired(ref: ModelRef): boolean
  /** Why a provider is left alone now, in words that follow the model's name (`rests until …`); null when it is well. */
  restingWhy(ref: ModelRef): string | null
  /** What it lacks for the request, in words that follow its name; null when it will do. */
  lacks(ref: ModelRef, needs: Needs): string | null
  /** Nano-USD; null where it has no known price. */
  costOf(ref: ModelRef, usage: Usage): number | null
  /** To be had here and not retired, best first of each kind. */
  alternatives(ref: ModelRef): readonly Alternative[]
  signals(ref: ModelRef, task: TaskType): Signals | null
  /** A budget led here: nothing dearer may be chosen. */
  readonly ceiling: ModelRef | null
}

export type RouteRule =
  | 'passthrough'
  | 'header'
  | 'override'
  | 'suffix'
  | 'alias'
  | 'rule'
  | 'complexity'
  | 'cascade'
  | 'auto'
  | 'sticky'

export interface Candidate {
  readonly ref: ModelRef
  /** Why it stands where it stands. */
  readonly why: string
  /** Of this request, estimated, nothing cached; null where it has no known price. */
  readonly costNanoUsd: number | null
}

export interface Rejected {
  /** `provider/model`, or the name that was found nowhere. */
  readonly name: string
  readonly ref: ModelRef | null
  /** In words that follow the name. */
  readonly why: string
}

/** One step of a cascade. */
export interface LadderRung {
  /** As the settings name it. */
  readonly name: string
  readonly ref: ModelRef
}

/** What it costs to take a conversation from one model to another, and what was decided. */
export interface Switch {
  readonly from: ModelRef
  readonly to: ModelRef
  /** By the new model's lower prices, over `turns`; negative where it is dearer, null where a price is not known. */
  readonly savedNanoUsd: number | null
  /** What the new model has to read anew; null where its price is not known. */
  readonly lostNanoUsd: number | null
  /** This turn and the next ones that are counted. */
  readonly turns: number
  readonly verdict: 'switched' | 'stayed'
  readonly why: string
}

export interface RouteDecision {
  readonly rule: RouteRule
  /** The first one goes; the others are to be asked when it fails. Empty where nobody can answer. */
  readonly candidates: readonly Candidate[]
  readonly rejected: readonly Rejected[]
  /** One sentence without its full stop. */
  readonly reason: string
  /** The models of the cascade that can be asked, from the first candidate's on; null where none is climbed. */
  readonly ladder: readonly LadderRung[] | null
  readonly switch: Switch | null
}

/** One request with all that its decision looks at. */
export interface Question {
  readonly facts: RouteFacts
  readonly settings: RouteSettings
  readonly world: RouteWorld
}
