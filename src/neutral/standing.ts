/**
 * The part that a request has in the savings of routing. Only what is `compared` has one, all others count 0. `cached`: the
 * response cache answered, and what that saved is that cache's. `unbilled`: refused or failed at no cost. `unpriced`: no price is
 * known, of the model or of its baseline.
 */
export type Standing = 'cached' | 'automated' | 'passthrough' | 'unbilled' | 'unpriced' | 'compared'
