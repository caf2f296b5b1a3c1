/** What a provider sends, as a stream. A 204 and a 304 have no body at all, and neither has an answer of length 0: theirs is over at once. */

export const bodyOf = (upstream: Response): ReadableStream<Uint8Array> => upstream.body ?? overAtOnce()

const overAtOnce = (): ReadableStream<Uint8Array> => new ReadableStream({ start: (out) => out.close() })
