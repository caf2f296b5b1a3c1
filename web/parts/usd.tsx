/** A sum as it is read, with every digit of it in the title. */
import { exactUsd, formatUsd } from './format.ts'

export const Usd = ({ nanoUsd }: { readonly nanoUsd: number | null }) => (
  <span title={nanoUsd === null ? 'The price is not known' : exactUsd(nanoUsd)}>{formatUsd(nanoUsd)}</span>
)
