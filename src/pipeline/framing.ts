/** How a client takes the frames of a translated stream: as server-sent events, or as one JSON array (Gemini without `alt=sse`). */
import type { Call } from './call.ts'

export interface Framing {
  readonly contentType: string
  /** A sign of life between two frames, '' where there is none. */
  readonly comment: string
  /** @param frames Whole SSE frames. */
  wrap(frames: string): string
  /** The same for the last ones. */
  wrapLast(frames: string): string
}

export const eventStream: Framing = {
  contentType: 'text/event-stream; charset=utf-8',
  comment: ': ping\n\n',
  wrap: (frames) => frames,
  wrapLast: (frames) => frames,
}

/** Gemini's clients say in the query that they take events. */
export const framingFor = ({ endpoint, search }: Call): Framing =>
  endpoint === 'stream_generate' && !/[?&]alt=sse(?:&|$)/.test(search) ? jsonArray() : eventStream

/** A fresh one for each stream: it remembers whether the array has been opened. */
function jsonArray(): Framing {
  let isOpen = false
  const wrap = (frames: string): string => {
    const items = frames.split('\n\n').flatMap((frame) => (frame.startsWith('data: ') ? [frame.slice(6)] : []))
    if (items.length === 0) return ''
    const before = isOpen ? ',\r\n' : '['
    isOpen = true
    return before + items.join(',\r\n')
  }
  return {
    contentType: 'application/json; charset=utf-8',
    comment: '',
    wrap,
    wrapLast: (frames) => `${wrap(frames)}${isOpen ? '' : '['}]`,
  }
}
