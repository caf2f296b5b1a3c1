/** Lines for the operator on standard error. Callers pass sentences and plain facts, never bodies, headers or keys. */
export type LogLevel = 'error' | 'warn' | 'info' | 'debug'
export interface Log {
  error(sentence: string): void
  warn(sentence: string): void
  info(sentence: string): void
  debug(sentence: string): void
}

const order: readonly LogLevel[] = ['error', 'warn', 'info', 'debug']

/** Secrets that reach a sentence by accident (a provider's error, a URL) are cut out before it is written. */
const secretShapes =
  /(?<![A-Za-z0-9])(sk-[A-Za-z0-9_-]{8,}|AIza[A-Za-z0-9_-]{20,}|gsk_[A-Za-z0-9]{8,}|xai-[A-Za-z0-9]{8,}|pplx-[A-Za-z0-9]{8,}|AQ\.[A-Za-z0-9_-]{8,}|ya29\.[A-Za-z0-9_-]{8,}|tgp_[A-Za-z0-9_-]{8,}|fw_[A-Za-z0-9]{8,}|eyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9._-]+|Bearer\s+\S{8,}|[?&]key=[^&\s]+)/g

export const redact = (text: string): string => text.replace(secretShapes, '[redacted]')

/** The same of what may be absent. */
export const redacted = (text: string | null): string | null => (text === null ? null : redact(text))

export function openLog(level: LogLevel, write: (line: string) => void = (line) => console.error(line)): Log {
  const threshold = order.indexOf(level)
  const at = (which: LogLevel) => (sentence: string) => {
    if (order.indexOf(which) <= threshold) write(`${which === 'info' ? '' : `${which}: `}${redact(sentence)}`)
  }
  return { error: at('error'), warn: at('warn'), info: at('info'), debug: at('debug') }
}

export const silentLog: Log = { error() {}, warn() {}, info() {}, debug() {} }
