/** How one try at a provider ended, and against whom that speaks. Pure; knows no provider. */

export type AttemptEnd =
  /** The head of an answer came, be it an error's. */
  | { readonly kind: 'answered'; readonly status: number; readonly headers: Headers }
  /** None came. */
  | { readonly kind: 'no-answer'; readonly fault: NoAnswer }
  /** The client left, or we had no use for the answer any more. */
  | { readonly kind: 'ended' }

/**
 * `refused`: nobody got the request. `unable`: neither, because this machine could open no connection. `untrusted`: neither, and
 * trying again does not help (certificates, no TLS there). `broken`: the connection went after the request was sent. `silent`: it
 * was given up. After these two it may have been read, and paid.
 */
export type NoAnswer = 'refused' | 'unable' | 'untrusted' | 'broken' | 'silent'

/**
 * `account`: what its key may use is used up. `provider`: it does not work. `nobody`: it works. `untold`: this says nothing about
 * it. Only 429, 5xx and the network speak against anybody: a 400 or a 401 is the caller's.
 */
export type Blame = 'account' | 'provider' | 'nobody' | 'untold'

export function blameOf(end: AttemptEnd): Blame {
  switch (end.kind) {
    case 'ended':
      return 'untold'
    case 'no-answer':
      return end.fault === 'unable' ? 'untold' : 'provider'
    case 'answered':
      return blameOfStatus(end.status)
  }
}

function blameOfStatus(status: number): Blame {
  if (status === 429) return 'account'
  if (isFailing(status)) return 'provider'
  return status === 408 ? 'untold' : 'nobody'
}

/** A 501 says that there is no such API here, not that it is down. */
export const isFailing = (status: number): boolean => status >= 500 && status !== 501

/** What a fault of fetch means. @param fault As it was thrown, and not because we ended the call. */
export function noAnswerOf(fault: unknown): NoAnswer {
  const code = networkCode(fault)
  // `EPROTO` is a TLS handshake with what speaks none.
  if (/CERT|SIGNATURE|EPROTO/i.test(code)) return 'untrusted'
  if (exhausted.has(code)) return 'unable'
  return isLookUp(fault) || noConnection.test(code) ? 'refused' : 'broken'
}

/** Whether it is certain that the provider never saw the request. */
export const isUnsent = (fault: unknown): boolean => noAnswerOf(fault) !== 'broken'

/** Files, buffers or ports of this machine are used up. */
const exhausted: ReadonlySet<string> = new Set(['EMFILE', 'ENFILE', 'ENOBUFS', 'EADDRNOTAVAIL'])

const noConnection = /ConnectionRefused|ECONNREFUSED|FailedToOpenSocket|EHOSTUNREACH|ENETUNREACH|ENOTFOUND|EAI_|DNS/i

/**
 * A name that could not be looked up, for whichever reason: no such name (`ENOTFOUND`), no server that answers (`EAI_AGAIN`, of older
 * Buns `ETIMEOUT` and `ENOTIMP`), and a dozen more that would mean something else of a connection.
 */
const isLookUp = (fault: unknown): boolean =>
  fault instanceof Error && 'syscall' in fault && fault.syscall === 'getaddrinfo'

export const networkCode = (fault: unknown): string =>
  fault instanceof Error && 'code' in fault && typeof fault.code === 'string' && /^[A-Za-z_]{1,60}$/.test(fault.code)
    ? fault.code
    : 'network error'
