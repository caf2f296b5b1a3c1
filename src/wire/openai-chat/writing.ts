/** What every part of a request's writer knows. */
import type { Target } from '../translator.ts'

export interface Writing {
  readonly target: Target
  /** The whole request came in this dialect, and is to be what it was. */
  readonly isOurs: boolean
  /** What has no place, by name. */
  readonly dropped: Set<string>
}
