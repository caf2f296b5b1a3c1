/** What was changed in a request so that its model takes it, for the record and for `X-RelayPlane-Dropped`. */

/** One change to a request. Short words, and none of the prompt's. */
export interface Adjustment {
  /** As `X-RelayPlane-Dropped` calls it: `temperature`, `image url`. */
  readonly field: string
  readonly did: 'dropped' | 'changed'
  readonly from?: string
  readonly to?: string
  readonly why: string
}

/** Takes down one change. */
export type Note = (adjustment: Adjustment) => void
