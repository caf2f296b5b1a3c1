import type { DialectId } from '../../../../src/neutral/model.ts'

/** The least request or answer that has the field of a row in `docs/wire/`, beside the same one without it. */
export interface Sample {
  readonly with: object
  readonly without: object
  /** What of it is found again in the other dialect, where a cell says that it is carried. */
  readonly value: string | null
  /** It is so whether it is asked for or not: nothing shows in the request. */
  readonly isAlways: boolean
}

/** By the row's first cell; a sample that is another one for each provider is made for it. */
export type Samples = Readonly<Record<string, Sample | ((to: DialectId) => Sample)>>

/** @param without What the field is added to; a part of `base` that it replaces. */
export const samplesOver =
  (base: object) =>
  (patch: object, value: string | null = null, without: object = {}): Sample => ({
    with: { ...base, ...without, ...patch },
    without: { ...base, ...without },
    value,
    isAlways: false,
  })

export const always = (sample: Sample): Sample => ({ ...sample, isAlways: true })
