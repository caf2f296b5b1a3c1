/** AWS's streams of answers as server-sent events: the Messages API's own, or Converse's under their own names. */
import { type EventMessage, EventStreamDecoder, FramingError } from '../../lib/event-stream.ts'
import { exceptionText } from './hosted-errors.ts'
import type { Turner } from './turned-body.ts'

export const isEventStream = (response: Response): boolean =>
  (response.headers.get('content-type') ?? '').toLowerCase().startsWith('application/vnd.amazon.eventstream')

/** @param writeFrame '' for a message that says nothing in the other form. */
export function framesOfStream(writeFrame: (message: EventMessage) => string): Turner {
  const decoder = new EventStreamDecoder()
  return {
    *read(chunk) {
      for (const message of decoder.read(chunk)) {
        const frame = writeFrame(message)
        if (frame !== '') yield Buffer.from(frame)
      }
    },
    end() {
      if (!decoder.isBetween()) throw new FramingError('The stream ended in the middle of a message.')
      return []
    },
  }
}

/** A line break may stand between the tokens of JSON, and would end a field of a frame. */
const frame = (event: string, json: string): string => `event: ${event}\ndata: ${json.replace(/[\r\n]+/g, ' ')}\n\n`

/** What went wrong, by AWS's name and its sentence; null for a message that is an event. */
function faultIn({ headers, payload }: EventMessage): { readonly name: string; readonly payload: string } | null {
  switch (headers.get(':message-type')) {
    case 'exception':
      return { name: headers.get(':exception-type') ?? 'exception', payload: payload.toString() }
    case 'error': {
      const message = headers.get(':error-message') ?? ''
      return { name: headers.get(':error-code') ?? 'error', payload: JSON.stringify({ message }) }
    }
    default:
      return null
  }
}

/** InvokeModelWithResponseStream: each event of the Messages API stands in base64 inside a `chunk`. */
export function writeMessagesFrame(message: EventMessage): string {
  const fault = faultIn(message)
  if (fault !== null) return frame('error', exceptionText(fault.name, fault.payload))
  if (message.headers.get(':event-type') !== 'chunk') return ''
  const chunk: unknown = JSON.parse(message.payload.toString())
  const bytes = chunk !== null && typeof chunk === 'object' && 'bytes' in chunk ? chunk.bytes : null
  if (typeof bytes !== 'string') return ''
  const json = Buffer.from(bytes, 'base64').toString()
  return frame(typeOf(json), json)
}

const typeFirst = /^\{"type":"(\w+)"/

function typeOf(json: string): string {
  const first = typeFirst.exec(json)?.[1]
  if (first !== undefined) return first
  const event: unknown = JSON.parse(json)
  return event !== null && typeof event === 'object' && 'type' in event && typeof event.type === 'string'
    ? event.type
    : 'message'
}

/** ConverseStream: the event's name is a header, and so is an exception's. */
export function writeConverseFrame(message: EventMessage): string {
  const fault = faultIn(message)
  if (fault !== null)
    return frame(/exception$/i.test(fault.name) ? fault.name : 'internalServerException', fault.payload)
  const event = message.headers.get(':event-type')
  return event === undefined ? '' : frame(event, message.payload.toString())
}
