/** Who waits for a provider, by session: the sessions take turns, and within one whoever came first goes first. */

export interface Turns<Waiter> {
  push(session: string, waiter: Waiter): void
  shift(): Waiter | undefined
  /** Takes out all of these, wherever they stand. */
  take(isMeant: (waiter: Waiter) => boolean): readonly Waiter[]
  size(): number
}

export function openTurns<Waiter>(): Turns<Waiter> {
  /** None is empty; the first is the next one's turn. */
  const lines = new Map<string, Waiter[]>()
  let size = 0
  return {
    push(session, waiter) {
      const line = lines.get(session)
      if (line === undefined) lines.set(session, [waiter])
      else line.push(waiter)
      size++
    },
    shift() {
      const [first] = lines
      if (first === undefined) return undefined
      const [session, line] = first
      const waiter = line.shift()
      lines.delete(session)
      if (line.length > 0) lines.set(session, line)
      size--
      return waiter
    },
    take(isMeant) {
      const taken: Waiter[] = []
      for (const [session, line] of lines) {
        const { meant = [], rest = [] } = Object.groupBy(line, (waiter) => (isMeant(waiter) ? 'meant' : 'rest'))
        if (meant.length === 0) continue
        taken.push(...meant)
        if (rest.length === 0) lines.delete(session)
        else lines.set(session, rest)
      }
      size -= taken.length
      return taken
    },
    size: () => size,
  }
}
