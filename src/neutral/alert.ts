/** What people are told: limits near and broken, runaways. */

/** `threshold`: a part of a limit is spent. `breach`: a request did not fit. `anomaly`: a runaway. `test`: asked for by hand. */
export type AlertType = 'threshold' | 'breach' | 'anomaly' | 'test'

export type Severity = 'info' | 'warning' | 'critical'

/** The webhook's part. `none`: there was no webhook when it was raised. */
export type Delivery = 'none' | 'waiting' | 'delivered' | 'given-up'

export interface NewAlert {
  readonly type: AlertType
  readonly severity: Severity
  /** What it is about, within its type: `daily 80 %`, `hourly`, `stuck_loop`. With scope and type it tells alerts apart. */
  readonly kind: string
  /** Of whom: `all`, `session:<id>`, `agent:<name>`, `provider:<id>`, `model:<provider/model>`. */
  readonly scope: string
  /** A sentence with the numbers in it. Never prompt text. */
  readonly message: string
  /** The numbers by name; money in integer nano-USD, times in Unix ms. */
  readonly details: Readonly<Record<string, number | string | null>>
}

export interface Alert extends NewAlert {
  /** UUIDv7. */
  readonly id: string
  readonly atMs: number
  readonly acknowledgedMs: number | null
  readonly delivery: Delivery
  readonly tries: number
  /** Of the last try that failed; never the webhook's URL. */
  readonly lastError: string | null
}

/** Where stages say what people should know. */
export interface Alerts {
  /** Deduplicated: the same type, kind and scope is not raised again within the cool-down. Returns at once, never throws. */
  raise(alert: NewAlert): void
}
