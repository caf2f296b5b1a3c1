/** The key that a request already carries, whichever header it came in: each platform has a header of its own for it. */

const keyHeaders = ['x-api-key', 'x-goog-api-key', 'api-key'] as const

/** Takes it out of the headers. @returns null when there is none; other schemes than `Bearer` count as none. */
export function takeKey(headers: Headers): string | null {
  const bearer = /^bearer\s+(\S+)$/i.exec(headers.get('authorization') ?? '')?.[1] ?? null
  const others = keyHeaders.map((name) => headers.get(name))
  for (const name of ['authorization', ...keyHeaders]) headers.delete(name)
  return bearer ?? others.find((key) => key !== null && key !== '') ?? null
}
