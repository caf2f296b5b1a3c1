/** The signals that ask a program to end, and what the first and the second of them do. */
const stopSignals = ['SIGINT', 'SIGTERM'] as const

/** @returns Stops listening. */
export function onStopSignals(acts: { first(): void; second(): void }): () => void {
  let count = 0
  const act = () => {
    count++
    if (count === 1) acts.first()
    else if (count === 2) acts.second()
  }
  for (const signal of stopSignals) process.on(signal, act)
  return () => {
    for (const signal of stopSignals) process.off(signal, act)
  }
}
