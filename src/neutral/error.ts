/**
 * Our own errors: a code, a sentence for the person who reads it, and the HTTP status the code stands for. Provider errors
 * are made into these only on the way to another dialect; else they pass through as they came.
 */
export type ErrorCode =
  | 'invalid-request'
  | 'unauthorized'
  | 'forbidden'
  | 'not-found'
  | 'method-not-allowed'
  | 'too-large'
  | 'unsupported'
  /** The conversation is longer than the model's window. */
  | 'context-exceeded'
  /** The provider's, in another dialect: its own rate limit. */
  | 'rate-limited'
  /** The provider's, in another dialect: it has no capacity now. */
  | 'overloaded'
  /** A limit of ours on spend. 402, because agents try a 429 again. */
  | 'budget-exceeded'
  /** The session looks like a runaway, and is stopped for a while. */
  | 'anomaly-blocked'
  | 'provider-failed'
  | 'provider-unreachable'
  | 'timed-out'
  | 'unavailable'
  | 'internal'

export const statusOf: Readonly<Record<ErrorCode, number>> = {
  'invalid-request': 400,
  unauthorized: 401,
  forbidden: 403,
  'not-found': 404,
  'method-not-allowed': 405,
  'too-large': 413,
  // Not a 501: clients retry what ends in 5xx, and this never gets better by trying again.
  unsupported: 400,
  'context-exceeded': 400,
  'rate-limited': 429,
  overloaded: 503,
  'budget-exceeded': 402,
  'anomaly-blocked': 403,
  'provider-failed': 502,
  'provider-unreachable': 502,
  'timed-out': 504,
  unavailable: 503,
  internal: 500,
}

export class AppError extends Error {
  readonly code: ErrorCode
  readonly status: number
  /** @param message One or two sentences: what is wrong and what to do. Never holds a key or prompt text. */
  constructor(code: ErrorCode, message: string, options?: { cause?: unknown; status?: number }) {
    super(message, options)
    this.name = 'AppError'
    this.code = code
    this.status = options?.status ?? statusOf[code]
  }
}

/** A fault of unknown origin as an AppError; the original stays as its cause. */
export const asAppError = (fault: unknown): AppError =>
  fault instanceof AppError ? fault : new AppError('internal', 'RelayPlane met a fault of its own.', { cause: fault })
