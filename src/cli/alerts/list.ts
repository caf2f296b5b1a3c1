/** `alerts list`: limits near and broken, runaways; newest last. */
import type { AlertShape } from '../../control/guard-shapes.ts'
import { command, type Invocation, jsonArg } from '../command.ts'
import { formatTime } from '../format.ts'
import { findGuard } from '../guard.ts'
import type { Printer } from '../print.ts'

export const list = command({
  description: 'List alerts, newest last.',
  args: {
    type: {
      type: 'string',
      valueHint: 'types',
      description: 'threshold, breach, anomaly or test; several separated by commas.',
    },
    severity: { type: 'string', valueHint: 'severities', description: 'info, warning or critical; the same.' },
    unacknowledged: { type: 'boolean', description: 'Only those of which nobody has taken note.' },
    limit: { type: 'string', alias: 'n', valueHint: 'count', description: 'How many, 1 to 500; default 50.' },
    json: jsonArg,
  },
  run(args, invocation) {
    const query = new URLSearchParams()
    if (args.type !== undefined) query.set('type', args.type)
    if (args.severity !== undefined) query.set('severity', args.severity)
    if (args.unacknowledged) query.set('acknowledged', 'false')
    if (args.limit !== undefined) query.set('limit', args.limit)
    return showAlerts(query, args.json === true, invocation)
  },
})

export async function showAlerts(query: URLSearchParams, isJson: boolean, invocation: Invocation): Promise<void> {
  const { print } = invocation
  const found = await (await findGuard(invocation)).alerts(query)
  if (isJson) return print.json(found)
  for (const alert of found.alerts.toReversed()) printAlert(alert, print)
  if (found.alerts.length === 0) print.notice('No alert matches.')
  if (found.nextCursor !== null) print.notice('There are older ones; --limit shows more.')
}

export function printAlert(alert: AlertShape, print: Printer): void {
  const cells = [
    print.dim(formatTime(alert.atMs)),
    alert.id,
    alert.severity,
    alert.type,
    alert.kind === alert.type ? '' : alert.kind,
    alert.scope === 'all' ? '' : alert.scope,
    alert.message,
    notes(alert),
  ]
  print.line(cells.filter(Boolean).join('  '))
}

function notes({ acknowledgedMs, delivery, lastError }: AlertShape): string {
  const sent = {
    none: '',
    waiting: lastError === null ? 'to be sent' : `to be sent again: ${lastError}`,
    delivered: 'sent',
    'given-up': `not sent: ${lastError ?? 'given up'}`,
  }[delivery]
  const parts = [sent, acknowledgedMs !== null && 'acknowledged'].filter(Boolean)
  return parts.length === 0 ? '' : `(${parts.join('; ')})`
}
