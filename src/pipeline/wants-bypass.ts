/** `X-RelayPlane-Bypass`: the caller wants its request answered by its own model, anew. Limits hold all the same. */
import type { HeaderLookup } from '../lib/header-table.ts'

/** A header that is there and says no plain no. */
export const wantsBypass = (headers: HeaderLookup): boolean => {
  const header = headers.get('x-relayplane-bypass')
  return header !== null && !/^(?:0|false|no|off|)$/i.test(header.trim())
}
