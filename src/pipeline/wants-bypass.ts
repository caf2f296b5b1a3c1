/** `X-RelayPlane-Bypass`: the caller wants its request answered by its own model, anew. Limits hold all the same. */

/** A header that is there and says no plain no. */
export const wantsBypass = (headers: Headers): boolean => {
  const header = headers.get('x-relayplane-bypass')
  return header !== null && !/^(?:0|false|no|off|)$/i.test(header.trim())
}
