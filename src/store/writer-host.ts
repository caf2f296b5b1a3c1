/** The writer's thread: its connection, the spool behind it, and the ack of every batch. SQLite blocks nobody else here. */
import type { Database } from 'bun:sqlite'
import { moveAside, openDatabase, openOrReplaceDatabase } from './database.ts'
import { openRequestWriter, type RequestWriter } from './requests.ts'
import { openSpool } from './spool.ts'
import type { FromWriter, ToWriter } from './writer-messages.ts'

export interface WriterHostParts {
  readonly post: (message: FromWriter) => void
  /** Unix ms. */
  readonly now: () => number
  readonly monotonic: () => number
}

/** A locked database makes traffic wait this long and no longer. */
const busyTimeoutMs = 5
const replayEveryMs = 1000

/** @returns Takes the main thread's messages, in their order. */
export function openWriterHost({ post, now, monotonic }: WriterHostParts): (message: ToWriter) => void {
  let opened: { readonly writer: RequestWriter; close(): void } | null = null
  let said = ''

  const warn = (sentence: string) => post({ kind: 'warning', sentence })

  function open(path: string, spoolPath: string) {
    let database: Database = openOrReplaceDatabase(path, { busyTimeoutMs }, now(), warn)
    const writer = openRequestWriter({
      database: () => database,
      recover() {
        database.close()
        const aside = moveAside(path, now())
        warn(`The database is damaged. It is moved to ${aside} and a new one is started; the proxy goes on.`)
        database = openDatabase(path, { busyTimeoutMs })
      },
      spool: openSpool(spoolPath, warn),
      monotonic,
      warn,
    })
    const replay = () => {
      writer.replay()
      tell()
    }
    const timer = setInterval(replay, replayEveryMs)
    return {
      writer,
      replay,
      close() {
        clearInterval(timer)
        database.close()
      },
    }
  }

  /** Only what is news. */
  function tell(): void {
    const state = opened?.writer.state()
    const text = JSON.stringify(state)
    if (state === undefined || text === said) return
    said = text
    post({ kind: 'state', state })
  }

  return (message) => {
    switch (message.kind) {
      case 'open':
        try {
          const now = open(message.path, message.spoolPath)
          opened = now
          now.replay()
          post({ kind: 'opened' })
        } catch (fault) {
          post({ kind: 'refused', sentence: fault instanceof Error ? fault.message : 'The database is not usable.' })
        }
        return
      case 'enter':
        opened?.writer.enter(message.records)
        post({ kind: 'entered', batch: message.batch })
        return tell()
      case 'close':
        opened?.close()
        opened = null
        return post({ kind: 'closed' })
    }
  }
}
