/** The dashboard's cookie: browsers keep one jar for a host, so that it also comes with what they ask a provider for. */

export const sessionCookie = 'relayplane_session'

/** @param header A Cookie header. @returns It without ours; null when nothing else was in it. */
export function withoutSession(header: string): string | null {
  const kept = header.split(/; */).filter((pair) => !pair.trimStart().startsWith(`${sessionCookie}=`))
  return kept.length === 0 ? null : kept.join('; ')
}

/** The session in a Cookie header; null where there is none. */
export const sessionIn = (header: string): string | null =>
  new RegExp(`(?:^|;\\s*)${sessionCookie}=([\\w-]+)`).exec(header)?.[1] ?? null
