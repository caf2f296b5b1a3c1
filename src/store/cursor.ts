/** Where a page of the request list ended, as an opaque text that also knows which question it belongs to. */
import { AppError } from '../neutral/error.ts'
import type { Span } from './window.ts'

export interface Cursor extends Span {
  /** The last row of the page before. */
  readonly startedMs: number
  readonly seq: number
  /** Of the filters; a cursor of other filters would skip rows silently. */
  readonly fingerprint: string
}

export const writeCursor = ({ startedMs, seq, fromMs, toMs, fingerprint }: Cursor): string =>
  Buffer.from(JSON.stringify([startedMs, seq, fromMs, toMs, fingerprint])).toString('base64url')

/** @throws AppError `invalid-request` when it is none, or belongs to other filters. */
export function readCursor(text: string, fingerprint: string): Cursor {
  const [startedMs, seq, fromMs, toMs, owner] = parts(text)
  const isNumber = (value: unknown): value is number => typeof value === 'number' && Number.isSafeInteger(value)
  if (!isNumber(startedMs) || !isNumber(seq) || !isNumber(fromMs) || !isNumber(toMs)) {
    throw new AppError('invalid-request', 'cursor is not one that this list gave out.')
  }
  if (owner !== fingerprint) {
    throw new AppError('invalid-request', 'cursor belongs to other filters; repeat those, or start without a cursor.')
  }
  return { startedMs, seq, fromMs, toMs, fingerprint }
}

function parts(text: string): unknown[] {
  try {
    const value: unknown = JSON.parse(Buffer.from(text, 'base64url').toString())
    return Array.isArray(value) ? value : []
  } catch {
    // Not JSON: the caller's own invention, answered above.
    return []
  }
}
