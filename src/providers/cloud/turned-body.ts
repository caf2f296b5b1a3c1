/** A body passed on in another form: read as the client reads, ended as it ended, and given up when the client goes. */

/** What becomes of the bytes. Either may throw, which breaks the stream off. */
export interface Turner {
  read(chunk: Uint8Array): Iterable<Uint8Array>
  /** The body ended properly. */
  end(): Iterable<Uint8Array>
}

/** The same answer with its body turned; without the headers that spoke of the old one. */
export function turnResponse(response: Response, contentType: string, turner: Turner): Response {
  const headers = new Headers(response.headers)
  headers.delete('content-length')
  headers.set('content-type', contentType)
  const body = response.body === null ? null : turnBody(response.body, turner)
  return new Response(body, { status: response.status, statusText: response.statusText, headers })
}

function turnBody(body: ReadableStream<Uint8Array>, turner: Turner): ReadableStream<Uint8Array> {
  const reader = body.getReader()
  let broken: { readonly fault: unknown } | null = null
  return new ReadableStream<Uint8Array>({
    async pull(controller) {
      let hasSent = false
      const send = (pieces: Iterable<Uint8Array>) => {
        for (const piece of pieces) {
          controller.enqueue(piece)
          hasSent = true
        }
      }
      try {
        while (!hasSent && broken === null) {
          const { done, value } = await reader.read()
          send(done ? turner.end() : turner.read(value))
          if (!done) continue
          controller.close()
          return
        }
      } catch (fault) {
        broken = { fault }
        // Its own error is the one that counts; a second one about the hang-up says nothing.
        await reader.cancel(fault).catch(() => undefined)
      }
      // What came before the damage is read first: an error empties the queue.
      if (broken !== null && !hasSent) controller.error(broken.fault)
    },
    cancel: (reason) => reader.cancel(reason),
  })
}
