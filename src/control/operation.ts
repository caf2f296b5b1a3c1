/** An entry of `/openapi.json`: one endpoint of ours, its schemas by the names that they have there. */
import type { TObject } from '@sinclair/typebox'

export interface ControlOperation<SchemaName extends string> {
  readonly method: 'get' | 'post' | 'put'
  readonly path: string
  readonly id: string
  readonly tag: 'telemetry' | 'guard'
  readonly summary: string
  readonly query?: TObject
  readonly body?: SchemaName
  /** Named schema of a JSON answer, or the media type of another. */
  readonly answer: SchemaName | `${string}/${string}` | 'redirect'
  readonly refusals: readonly number[]
  readonly isWrite?: true
}

export const readRefused = [400, 503, 504] as const
export const writeRefused = [400, 401, 403, 415, 429] as const
