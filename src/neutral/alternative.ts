/** Who could answer in a model's place. */
import type { ModelRef } from './model.ts'

/**
 * `same-model`: at another provider. Of the same maker, at the same provider: `same-tier`, a newer one; `lower` and `higher`, the
 * newest of the tiers beside it. `peer`: another maker's of the same tier.
 */
export type AlternativeKind = 'same-model' | 'same-tier' | 'lower' | 'higher' | 'peer'

export interface Alternative {
  readonly ref: ModelRef
  readonly kind: AlternativeKind
}
