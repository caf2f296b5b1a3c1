/** The few shapes that settings are made of. */
import { Type, type Static, type TSchema } from '@sinclair/typebox'

// A tuple parameter: with a plain union TypeScript widens the words to string inside Type.Object.
export const oneOf = <const T extends readonly string[]>(
  values: T,
  options: { default?: T[number]; description: string },
) =>
  Type.Unsafe<T[number]>(
    Type.Union(
      values.map((value) => Type.Literal(value)),
      options,
    ),
  )

export const orNull = <T extends TSchema>(
  schema: T,
  options: { default: Static<T> | null; description: string; expects?: string },
) => Type.Union([schema, Type.Null()], options)

export const seconds = (description: string, byDefault: number, minimum: number) =>
  Type.Integer({ minimum, maximum: 86_400, default: byDefault, description })

/** A dollar a token: what is more was meant in another unit, and sums of it could not be kept exact. */
const mostUsdPerMillion = 1_000_000

export const usdPerMillion = (description: string) =>
  Type.Number({
    minimum: 0,
    maximum: mostUsdPerMillion,
    expects: `USD per million tokens, from 0 to ${mostUsdPerMillion}`,
    description: `${description}.`,
  })
