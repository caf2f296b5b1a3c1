/** Money and time as the sentences about runaways say them. */

const cent = 10_000_000

/** `$4.20`; what is less than a cent in full. */
export const usd = (nanoUsd: number): string =>
  nanoUsd >= cent ? `$${(nanoUsd / 1e9).toFixed(2)}` : `$${nanoUsd / 1e9}`

/** `5 min`, `90 s`. */
export const span = (ms: number): string => (ms % 60_000 === 0 ? `${ms / 60_000} min` : `${ms / 1000} s`)
