/** What the code below the commands has to say, said as the commands say it. */
import type { Log } from '../lib/log.ts'
import { redact } from '../lib/log.ts'
import type { Printer } from './print.ts'

export const logTo = (print: Printer): Log => ({
  error: (sentence) => print.fail(redact(sentence)),
  warn: (sentence) => print.warn(redact(sentence)),
  info: (sentence) => print.notice(redact(sentence)),
  debug() {},
})
