/** The space that kept answers take: counted as the disk does, and made by letting those go that were used longest ago. */
import type { ResponseFiles } from './responses-files.ts'
import type { ResponseIndex } from './responses-index.ts'
import type { Uses } from './responses-uses.ts'

/** File systems give out space in these; most answers are smaller than one. */
const blockBytes = 4096

export const onDisk = (bytes: number): number => Math.ceil(bytes / blockBytes) * blockBytes

export interface Room {
  /** Something was added: makes room where that is too much. @throws SQLite's error. */
  grow(bytes: number): Promise<void>
  /** Counts anew, and makes room. @throws SQLite's error. */
  recount(): Promise<void>
  /** Nothing is kept any more. */
  empty(): void
}

export interface RoomParts {
  readonly index: Pick<ResponseIndex, 'sum' | 'oldest' | 'removeAll'>
  readonly files: Pick<ResponseFiles, 'remove'>
  readonly uses: Pick<Uses, 'flush'>
  readonly maxBytes: () => number
}

/** Other processes add to it, too: after so many additions of our own all is counted again. */
const countEvery = 64
/** Rows that go in one write. */
const goAtOnce = 64

export function openRoom({ index, files, uses, maxBytes }: RoomParts): Room {
  /** null: not counted yet. */
  let total: number | null = null
  let additions = 0

  function count(): number {
    additions = 0
    return index.sum().bytes
  }

  async function make(): Promise<void> {
    if (total === null || total <= maxBytes()) return
    // So that the order is that of now.
    uses.flush()
    while (total > maxBytes()) {
      const oldest = index.oldest(goAtOnce)
      if (oldest.length === 0) return
      const going: string[] = []
      for (const { key, bytes } of oldest) {
        if (total <= maxBytes()) break
        going.push(key)
        total -= bytes
      }
      index.removeAll(going)
      for (const key of going) await files.remove(key)
    }
  }

  return {
    grow(bytes) {
      additions++
      total = total === null || additions >= countEvery ? count() : total + bytes
      return make()
    },
    recount() {
      total = count()
      return make()
    },
    empty() {
      total = 0
    },
  }
}
