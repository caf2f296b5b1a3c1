/** Nano-USD for people and headers. */

/** @returns USD with all nine decimals that matter: `0.00042`, `12.5`, `0`. */
export function formatUsd(nanoUsd: number): string {
  const sign = nanoUsd < 0 ? '-' : ''
  const digits = String(Math.abs(nanoUsd)).padStart(10, '0')
  const fraction = digits.slice(-9).replace(/0+$/, '')
  return `${sign}${digits.slice(0, -9)}${fraction === '' ? '' : `.${fraction}`}`
}
