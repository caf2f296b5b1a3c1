/** Recorded provider replies for the dialect tests: where they lie, how a stream of them is played through a reader. */
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { noUsage, type Usage } from '../../src/neutral/usage.ts'
import type { Dialect, FrameKind, ReplyFacts } from '../../src/wire/dialect.ts'

const shared = join(import.meta.dir, '../../../shared/fixtures/provider-replies')

/** False where the recorded replies were not handed out with the project; their tests are skipped then, saying so. */
export const areRecordingsHere = existsSync(shared)
if (!areRecordingsHere) console.warn('skipped: the recorded provider replies are not beside the project')

export const recorded = (path: string): string => readFileSync(join(shared, path), 'utf8')
export const recordedJson = (path: string): unknown => JSON.parse(recorded(path))
export const ownFixture = (path: string): string => readFileSync(join(import.meta.dir, 'fixtures', path), 'utf8')

/** Every recorded file of these folders, as `folder/file`. */
export const recordedFiles = (...folders: readonly string[]): string[] =>
  folders.flatMap((folder) => readdirSync(join(shared, folder)).map((file) => `${folder}/${file}`)).sort()

export interface Frame {
  readonly event: string
  readonly data: string
}

/** The frames of a stream written out as text with LF line ends; comments between them are left out. */
export const framesIn = (text: string): Frame[] =>
  text
    .split('\n\n')
    .map((block) => ({ event: field(block, 'event'), data: field(block, 'data') }))
    .filter(({ data }) => data !== '')

const field = (block: string, name: string): string =>
  block
    .split('\n')
    .filter((line) => line.startsWith(`${name}: `))
    .map((line) => line.slice(name.length + 2))
    .join('\n')

/** The `data:` payloads of a recorded stream: one a line, or in an `.sse` file as frames. */
export const payloads = (path: string): string[] =>
  path.endsWith('.sse')
    ? framesIn(recorded(path)).map(({ data }) => data)
    : recorded(path)
        .split('\n')
        .filter((line) => line.trim() !== '')

export interface Played {
  readonly facts: ReplyFacts
  /** Of every payload, in order; one without a mark is `unread`. */
  readonly kinds: readonly (FrameKind | 'unread')[]
}

/** Plays payloads through a fresh reader as the tap does: only those that hold a mark are read. */
export function play(dialect: Dialect, frames: readonly (string | Frame)[]): Played {
  const reader = dialect.readStream()
  const kinds = frames.map((frame) => {
    const { event, data } = typeof frame === 'string' ? { event: '', data: frame } : frame
    const bytes = Buffer.from(event === '' ? data : `event: ${event}\ndata: ${data}`)
    return dialect.marks.read.some((mark) => bytes.includes(mark)) ? reader.read(event, data) : 'unread'
  })
  return { facts: reader.facts(), kinds }
}

export const playRecorded = (dialect: Dialect, path: string): Played => play(dialect, payloads(path))

/** The facts of a recorded file, whole or streamed, by its name. */
export const factsOf = (dialect: Dialect, path: string): ReplyFacts =>
  path.endsWith('.json') ? dialect.readReply(recordedJson(path)) : playRecorded(dialect, path).facts

/** Short names for writing usage tables. */
export interface Row {
  in?: number
  read?: number
  write5m?: number
  write1h?: number
  out?: number
  think?: number
  audioIn?: number
  audioRead?: number
  audioOut?: number
  imageOut?: number
  searches?: number
}

export const usage = (row: Row): Usage => ({
  ...noUsage,
  inputTokens: row.in ?? 0,
  cacheReadTokens: row.read ?? 0,
  cacheWrite5mTokens: row.write5m ?? 0,
  cacheWrite1hTokens: row.write1h ?? 0,
  outputTokens: row.out ?? 0,
  reasoningTokens: row.think ?? 0,
  audioInputTokens: row.audioIn ?? 0,
  cacheReadAudioTokens: row.audioRead ?? 0,
  audioOutputTokens: row.audioOut ?? 0,
  imageOutputTokens: row.imageOut ?? 0,
  webSearches: row.searches ?? 0,
})
