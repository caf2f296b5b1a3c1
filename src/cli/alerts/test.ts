/** `alerts test`: one to see that they arrive. */
import type { AlertPage } from '../../control/guard-shapes.ts'
import { AppError } from '../../neutral/error.ts'
import { command, exitCodes, jsonArg } from '../command.ts'
import { findServer } from '../remote.ts'
import { printAlert } from './list.ts'

export const test = command({
  description: 'Raise an alert to see that it arrives; exit code 1 where the webhook did not take it.',
  args: { json: jsonArg },
  async run({ json }, { environment, print, name }) {
    const server = await findServer(environment)
    if (server === null)
      throw new AppError('unavailable', `Alerts are sent by a running server; "${name} start" starts one.`)
    const found = (await server.post('/alerts/test', {})) as AlertPage
    if (json) print.json(found)
    else for (const alert of found.alerts) printAlert(alert, print)
    const hasFailed = found.alerts.some(({ lastError }) => lastError !== null)
    return hasFailed ? exitCodes.failed : exitCodes.done
  },
})
