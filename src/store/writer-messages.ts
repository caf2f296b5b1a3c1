/** What the main thread and the writer's thread say to each other; each message is a JSON text, the cheapest thing to pass. */
import type { RequestRecord } from '../neutral/record.ts'
import type { WriterState } from './requests.ts'

export type ToWriter =
  /** First of all, once. `home` is the folder of the database and the spool. */
  | { readonly kind: 'open'; readonly path: string; readonly spoolPath: string }
  | { readonly kind: 'enter'; readonly batch: number; readonly records: readonly RequestRecord[] }
  | { readonly kind: 'close' }

export type FromWriter =
  | { readonly kind: 'opened' }
  /** The database can't be used; nothing will be written. */
  | { readonly kind: 'refused'; readonly sentence: string }
  /** The rows of a batch are safe. */
  | { readonly kind: 'entered'; readonly batch: number }
  | { readonly kind: 'state'; readonly state: WriterState }
  | { readonly kind: 'warning'; readonly sentence: string }
  | { readonly kind: 'closed' }
