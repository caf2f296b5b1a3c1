/** What the guard's endpoints share: an address without parameters, bodies that are a part of some settings, refusals. */
import { Type } from '@sinclair/typebox'
import { AppError } from '../neutral/error.ts'
import { Refusal } from './shapes.ts'
import { queryOf } from './telemetry.ts'

export const readRefusals = { 400: Refusal, 503: Refusal, 504: Refusal } as const
export const writeRefusals = {
  401: Refusal,
  403: Refusal,
  404: Refusal,
  409: Refusal,
  413: Refusal,
  415: Refusal,
  429: Refusal,
  ...readRefusals,
} as const

/** Judged later, against the settings themselves: a schema with their defaults would fill these in for what is left out. */
export const SettingsPart = Type.Record(Type.String(), Type.Unknown())

/** @throws AppError `invalid-request` that names the parameter; passed over, it would be taken for obeyed. */
export function takesNone(request: Request): void {
  const [name] = queryOf(request).keys()
  if (name === undefined) return
  throw new AppError('invalid-request', `${JSON.stringify(name.slice(0, 60))} is no parameter here; there are none.`)
}
