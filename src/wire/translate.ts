/**
 * One exchange between a client of one dialect and a provider of another: the request there, the answer back, whole or as a
 * stream. What got lost on either way is collected by name. It knows no dialect; both sides are handed in.
 */
import type { Adjustment } from '../neutral/adjustment.ts'
import type { StreamEvent } from '../neutral/event.ts'
import { eventsOf, gather } from '../neutral/event.ts'
import type { DialectId, FormId } from '../neutral/model.ts'
import type { NeutralReply } from '../neutral/reply.ts'
import type { NeutralRequest } from '../neutral/request.ts'
import { lostInEvents, lostInReply, lostInRequest } from './lost.ts'
import { orderly } from './orderly.ts'
import { isSpoken, Spoken } from './spoken.ts'
import type { Frame } from './sse.ts'
import { fitToolNames, type ToolNames } from './tool-names.ts'
import type {
  ClientTranslator,
  EventReader,
  EventWriter,
  Signer,
  Stamp,
  Target,
  UpstreamTranslator,
} from './translator.ts'

export interface Sides {
  readonly client: ClientTranslator
  readonly clientDialect: DialectId
  readonly upstream: UpstreamTranslator
  readonly upstreamDialect: FormId
}

export interface Exchange {
  /** The request in the provider's dialect, a JSON value. */
  readonly body: unknown
  /** What got lost so far, by name; grows with the answer. */
  readonly dropped: ReadonlySet<string>
  /** The request as it went there: fitted, in order, with the names that tools have there. */
  readonly sent: NeutralRequest
  /** How many tool names go by another name there. */
  readonly renamedTools: number
  /** @returns The answer in the client's dialect, a JSON value. */
  reply(body: unknown, stamp: Stamp, signer: Signer): unknown
  /** The same of a provider that streamed though no stream was asked for; null when it was cut off. */
  gathered(frames: Iterable<Frame>, stamp: Stamp, signer: Signer): unknown
  stream(stamp: Stamp, signer: Signer): StreamTranslation
}

type Grown = { -readonly [K in keyof PartDelta]: PartDelta[K] }
type PartDelta = Extract<StreamEvent, { readonly type: 'part-delta' }>

/** What became of one frame, or of the stream's end, in the client's dialect. */
export interface Turned {
  readonly frames: string
  /** What the client takes for the end; '' until it comes. */
  readonly last: string
  /** Characters of text, reasoning and tool arguments in it. */
  readonly textLength: number
}

export interface StreamTranslation {
  /** One frame of the provider's. The words at its end are kept back, for those of the next frame may join them. */
  read(event: string, data: string): Turned
  /** The words that were kept back, as frames: to be asked for when no further frame is there. */
  release(): string
  /** The provider's stream is over. */
  end(): Turned
  /** A whole answer of a provider that did not stream, as one. */
  whole(body: unknown): Turned
}

/**
 * @param asked As the client's dialect read it. @param fitted The same after it was fitted to the model; what is sent.
 */
export function openExchange(
  sides: Sides,
  asked: NeutralRequest,
  fitted: NeutralRequest,
  target: Target,
  adjustments: readonly Adjustment[] = [],
): Exchange {
  const said = withoutBillingLine(fitted)
  const isOwn = fitted.carried?.dialect === sides.upstreamDialect
  const names = fitToolNames(isOwn ? said : orderly(said), sides.upstream.toolNames)
  const written = sides.upstream.writeRequest(names.request, target)
  const left = adjustments.flatMap(({ did, field }) => (did === 'dropped' ? [field] : []))
  const dropped = new Set([...left, ...written.dropped, ...lostInRequest(fitted, sides.upstreamDialect)])
  const note = (lost: Iterable<string>) => {
    for (const name of lost) dropped.add(name)
  }
  const writeReply = (reply: NeutralReply, stamp: Stamp): unknown => {
    const restored = { ...reply, parts: reply.parts.filter(isSpoken).map(names.restorePart) }
    const out = sides.client.writeReply(restored, asked, stamp)
    note(out.dropped)
    note(lostInReply(reply, sides.clientDialect))
    return out.body
  }
  return {
    body: written.body,
    sent: names.request,
    dropped,
    renamedTools: names.changed,
    reply: (body, stamp, signer) => writeReply(sides.upstream.readReply(body, signer), stamp),
    gathered(frames, stamp, signer) {
      const reply = gather(eventsIn(frames, sides.upstream.readEvents(signer)))
      return reply === null ? null : writeReply(reply, stamp)
    },
    stream: (stamp, signer) => openStream(sides, signer, sides.client.writeEvents(asked, stamp), names, note),
  }
}

function* eventsIn(frames: Iterable<Frame>, reader: EventReader): Generator<StreamEvent> {
  for (const { event, data } of frames) yield* reader.read(event, data)
  yield* reader.end()
}

/** Claude Code's line about its own billing changes with every version and turn, and would cost another vendor's prompt cache. */
const billingLine = /^x-anthropic-billing-header:/

function withoutBillingLine(request: NeutralRequest): NeutralRequest {
  if (!request.system.some(({ text }) => billingLine.test(text))) return request
  return { ...request, system: request.system.filter(({ text }) => !billingLine.test(text)) }
}

function openStream(
  { clientDialect, upstream }: Sides,
  signer: Signer,
  writer: EventWriter,
  names: ToolNames,
  note: (lost: Iterable<string>) => void,
): StreamTranslation {
  const reader = upstream.readEvents(signer)
  const lostIn = lostInEvents(clientDialect)
  const spoken = new Spoken()
  let grown: Grown | null = null
  const release = (): string => {
    const event = grown
    if (event === null) return ''
    grown = null
    let frames = ''
    for (const said of spoken.step(event)) frames += writer.write(said)
    return frames
  }
  const turn = (events: Iterable<StreamEvent>): Turned => {
    let frames = ''
    let last = ''
    let textLength = 0
    for (const event of events) {
      // Most of a stream: words, of which nothing is ever lost. What comes together leaves together.
      if (event.type === 'part-delta') {
        textLength += event.delta.length
        if (grown?.index === event.index) grown.delta += event.delta
        else {
          frames += release()
          grown = { ...event }
        }
        continue
      }
      frames += release()
      note(lostIn(event))
      let text = ''
      for (const said of spoken.step(event)) text += writer.write(names.restoreEvent(said))
      if (event.type !== 'message-end' && event.type !== 'error') {
        frames += text
        continue
      }
      last += text
      note(writer.dropped)
    }
    return { frames, last, textLength }
  }
  const whole = (events: Iterable<StreamEvent>): Turned => {
    const turned = turn(events)
    return { ...turned, frames: turned.frames + release() }
  }
  return {
    read: (event, data) => turn(reader.read(event, data)),
    release,
    end: () => whole(reader.end()),
    whole: (body) => whole(eventsOf(upstream.readReply(body, signer))),
  }
}
