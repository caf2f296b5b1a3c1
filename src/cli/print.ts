/** The one writer to the terminal. Results go to standard output, everything said about them to standard error. */
import { type ConsolaInstance, type ConsolaReporter, createConsola, type LogType } from 'consola/core'
import { exitCodes } from './command.ts'
import { printableCell, printableJson, printableLine, printableLines } from './printable.ts'

export interface Printer {
  /** True where somebody sits at the terminal, reading and typing. */
  readonly isInteractive: boolean
  /** Marks text; plain where standard output is no terminal or `NO_COLOR` is set. */
  readonly bold: (text: string) => string
  readonly dim: (text: string) => string
  readonly line: (text?: string) => void
  readonly json: (value: unknown) => void
  /** One JSON value on one line. */
  readonly jsonLine: (value: unknown) => void
  readonly table: (columns: readonly Column[], rows: readonly (readonly string[])[]) => void
  /** Something was done. */
  readonly done: (sentence: string) => void
  /** A remark, without a mark. */
  readonly notice: (sentence: string) => void
  readonly warn: (sentence: string) => void
  readonly fail: (sentence: string) => void
  /** From now on what nobody can read is lost, and ends nothing: a command ends with its reader, a server serves on. */
  readonly outliveReaders: () => void
}

export interface Column {
  readonly title: string
  /** Figures stand right, words left. */
  readonly isFigure?: boolean
}

/** @param variables The environment; `NO_COLOR` and `TERM=dumb` turn colours off. */
export function openPrinter(variables: Readonly<Record<string, string>>): Printer {
  const mayColour = variables['NO_COLOR'] === undefined && variables['TERM'] !== 'dumb'
  const hasColour = mayColour && process.stdout.isTTY === true
  const paint = (open: number, close: number) => (text: string) =>
    hasColour ? `\u001B[${open}m${text}\u001B[${close}m` : text
  const bold = paint(1, 22)
  const write = (text: string) => void process.stdout.write(`${text}\n`)
  const line = (text = '') => write(printableLine(text))
  const notices = openNotices(mayColour && process.stderr.isTTY === true)
  const endWithReader = (fault: Error): never => {
    const code = 'code' in fault ? String(fault.code) : fault.message
    // `| head` has seen enough: that is no failure, and there is nobody left to write for.
    if (code === 'EPIPE') process.exit(exitCodes.done)
    notices.error(`The output can't be written (${code}).`)
    process.exit(exitCodes.failed)
  }
  process.stdout.on('error', endWithReader)
  process.stderr.on('error', () => undefined) // There is nowhere left to say so.
  return {
    isInteractive: process.stdin.isTTY === true && process.stdout.isTTY === true,
    bold,
    dim: paint(2, 22),
    line,
    json: (value) => write(printableJson(JSON.stringify(value, undefined, 2))),
    jsonLine: (value) => write(printableJson(JSON.stringify(value))),
    table(columns, rows) {
      const lines = layOut(
        columns,
        rows.map((row) => row.map(printableCell)),
      )
      for (const [index, text] of lines.entries()) line(index === 0 ? bold(text) : text)
    },
    done: (sentence) => notices.success(sentence),
    notice: (sentence) => notices.log(sentence),
    warn: (sentence) => notices.warn(sentence),
    fail: (sentence) => notices.error(sentence),
    outliveReaders() {
      process.stdout.off('error', endWithReader)
      process.stdout.on('error', () => undefined)
    },
  }
}

const marks: Readonly<Partial<Record<LogType, { readonly text: string; readonly colour: number }>>> = {
  success: { text: '✔', colour: 32 },
  warn: { text: 'warning:', colour: 33 },
  error: { text: 'error:', colour: 31 },
}

/** consola with a reporter of our own: its fancy one frames every warning, its basic one brackets every word. */
function openNotices(hasColour: boolean): ConsolaInstance {
  const reporter: ConsolaReporter = {
    log({ type, args }) {
      const mark = marks[type]
      const start = mark && hasColour ? `\u001B[${mark.colour}m${mark.text}\u001B[39m ` : mark ? `${mark.text} ` : ''
      process.stderr.write(`${start}${printableLines(args.join(' '))}\n`)
    },
  }
  return createConsola({ level: 3, throttle: 0, reporters: [reporter], stdout: process.stderr, stderr: process.stderr })
}

/** Columns as wide as their widest cell, two spaces apart. */
export function layOut(columns: readonly Column[], rows: readonly (readonly string[])[]): readonly string[] {
  const cells = [columns.map(({ title }) => title), ...rows]
  const widths = columns.map((_, index) => Math.max(...cells.map((row) => Bun.stringWidth(row[index] ?? ''))))
  return cells.map((row) =>
    columns
      .map(({ isFigure }, index) => {
        const text = row[index] ?? ''
        const gap = ' '.repeat((widths[index] ?? 0) - Bun.stringWidth(text))
        return isFigure ? gap + text : text + gap
      })
      .join('  ')
      .trimEnd(),
  )
}
