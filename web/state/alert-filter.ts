/** Which alerts the history shows, kept in the address as everything that can be filtered is. Pure. */
export const alertTypes = ['threshold', 'breach', 'anomaly', 'test'] as const
export const alertSeverities = ['info', 'warning', 'critical'] as const

export interface AlertFilter {
  readonly type: string | null
  readonly severity: string | null
  /** Only those that nobody has acknowledged. */
  readonly isOpenOnly: boolean
}

export const noAlertFilter: AlertFilter = { type: null, severity: null, isOpenOnly: false }

/** What the address does not know is no filter, as a hand-edited link should still open. */
export function readAlertFilter(search: string): AlertFilter {
  const query = new URLSearchParams(search)
  const oneOf = (words: readonly string[], name: string) => words.find((word) => word === query.get(name)) ?? null
  return {
    type: oneOf(alertTypes, 'type'),
    severity: oneOf(alertSeverities, 'severity'),
    isOpenOnly: query.get('acknowledged') === 'false',
  }
}

/** The query of the API and of the address alike; '' where nothing is filtered. */
export function alertQuery({ type, severity, isOpenOnly }: AlertFilter): string {
  const query = new URLSearchParams()
  if (type !== null) query.set('type', type)
  if (severity !== null) query.set('severity', severity)
  if (isOpenOnly) query.set('acknowledged', 'false')
  return query.toString()
}
