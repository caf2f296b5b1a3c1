/** `alerts test`: one to see that they arrive. */
import type { AlertPage } from '../../control/guard-shapes.ts'
import { AppError } from '../../neutral/error.ts'
import { command, exitCodes, jsonArg } from '../command.ts'
import { findServer, type Remote } from '../remote.ts'
import { printAlert } from './list.ts'

export const test = command({
  description: 'Raise an alert to see that it arrives; exit code 1 where the webhook did not take it.',
  args: { json: jsonArg },
  async run({ json }, { environment, print, name }) {
    const server = await findServer(environment)
    if (server === null)
      throw new AppError('unavailable', `Alerts are sent by a running server; "${name} start" starts one.`)
    const found = await raise(server)
    if (json) print.json(found)
    else for (const alert of found.alerts) printAlert(alert, print)
    const hasFailed = found.alerts.some(({ lastError }) => lastError !== null)
    return hasFailed ? exitCodes.failed : exitCodes.done
  },
})

/** @throws AppError where there is nobody to tell: that is no wrong call. */
async function raise(server: Remote): Promise<AlertPage> {
  try {
    return (await server.post('/alerts/test', {})) as AlertPage
  } catch (cause) {
    const isRefusal = cause instanceof AppError && cause.code === 'invalid-request'
    throw isRefusal ? new AppError('unavailable', cause.message, { cause }) : cause
  }
}
