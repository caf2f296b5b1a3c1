/** Alerts as notifications of this desktop, by the system's own tool. Where that is missing, it is said once and left. */
import type { Log } from '../lib/log.ts'
import type { Alert, Severity } from '../neutral/alert.ts'
import { titleOf } from './webhook-body.ts'

/** Runs a program without a shell; resolves with its exit code, rejects where it can't be started. */
export type Spawn = (command: readonly string[], variables: Readonly<Record<string, string>>) => Promise<number>

/** `notify-send` waits for a desktop that does not answer. */
const longestMs = 10_000

export const spawn: Spawn = async ([...command], variables) =>
  Bun.spawn(command, { env: variables, stdin: 'ignore', stdout: 'ignore', stderr: 'ignore', timeout: longestMs }).exited

export interface DesktopParts {
  /** As Node names it. */
  readonly platform: string
  readonly spawn: Spawn
  readonly variable: (name: string) => string | undefined
  readonly log: Log
}

export interface Desktop {
  /** Returns at once, never throws. */
  show(alert: Alert): void
}

/** What finds the tool and the desktop. The other variables are none of its business: keys are among them. */
const passedOn = [
  'PATH',
  'HOME',
  'LANG',
  'DISPLAY',
  'WAYLAND_DISPLAY',
  'XAUTHORITY',
  'XDG_RUNTIME_DIR',
  'DBUS_SESSION_BUS_ADDRESS',
]
/** Nobody reads more at once; what is left out is in the history. */
const mostAtOnce = 4

export function openDesktop({ platform, spawn: run, variable, log }: DesktopParts): Desktop {
  let running = 0
  let isTold = false

  function tell(why: string): void {
    if (!isTold) log.warn(`Alerts can't be shown on this desktop: ${why}. They are kept and sent all the same.`)
    isTold = true
  }

  async function notify(command: readonly string[]): Promise<void> {
    running++
    try {
      const code = await run(command, variablesFrom(variable))
      if (code !== 0) tell(`${command[0]} ended with ${code}`)
    } catch {
      tell(`${command[0]} can't be started`)
    } finally {
      running--
    }
  }

  return {
    show(alert) {
      const command = commandOn(platform, alert)
      if (command === null) return tell('there is no tool for it on this system')
      if (running < mostAtOnce) void notify(command)
    },
  }
}

function variablesFrom(variable: DesktopParts['variable']): Record<string, string> {
  return Object.fromEntries(
    passedOn.flatMap((name) => {
      const value = variable(name)
      return value === undefined ? [] : [[name, value]]
    }),
  )
}

const urgencies: Readonly<Record<Severity, string>> = { info: 'low', warning: 'normal', critical: 'critical' }

/** @returns null where there is none. */
function commandOn(platform: string, alert: Alert): readonly string[] | null {
  const title = oneLine(titleOf(alert))
  const message = oneLine(alert.message)
  if (platform === 'linux') {
    const urgency = `--urgency=${urgencies[alert.severity]}`
    return ['notify-send', '--app-name=RelayPlane', urgency, '--', title, forMarkup(message)]
  }
  if (platform !== 'darwin') return null
  return ['osascript', '-e', `display notification ${quoted(message)} with title ${quoted(title)}`]
}

/** A session's name may come from a client: no control characters, and no more than fits. */
const oneLine = (text: string): string =>
  text
    .replaceAll(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, ' ')
    .trim()
    .slice(0, 500)
    .toWellFormed()

/** The body of a notification is markup (https://specifications.freedesktop.org/notification-spec, "Markup"). */
const forMarkup = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')

/** A string of AppleScript. */
const quoted = (text: string): string => `"${text.replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`
