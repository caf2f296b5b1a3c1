/** Server-sent events of our own server, for `logs --follow`. */
export interface ServerEvent {
  readonly event: string
  readonly data: string
}

export async function* readEvents(response: Response): AsyncGenerator<ServerEvent> {
  if (!response.body) return
  let rest = ''
  for await (const text of response.body.pipeThrough(new TextDecoderStream())) {
    const frames = (rest + text).split('\n\n')
    rest = frames.pop() ?? ''
    for (const frame of frames) {
      const data = fieldOf(frame, 'data')
      if (data !== '') yield { event: fieldOf(frame, 'event'), data }
    }
  }
}

const fieldOf = (frame: string, name: string): string =>
  frame
    .split('\n')
    .filter((line) => line.startsWith(`${name}:`))
    .map((line) => line.slice(name.length + 1).replace(/^ /, ''))
    .join('\n')
