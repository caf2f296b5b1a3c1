/** A trial on the screen: what was typed, what went over the wire, what was recorded, what the model saw. */
import { shownRow } from './rows.ts'
import { faultsIn, type Trial } from './trial.ts'

export function showTrial(trial: Trial): void {
  const { client, vendor, version, turns, lines, rows, asks } = trial
  const seconds = turns.map(({ ms }) => (ms / 1000).toFixed(1)).join(' + ')
  console.log(`${client.name} ${version} on ${vendor === client.own ? 'its own vendor' : vendor}: ${seconds} s`)
  for (const line of [lines[0], lines.at(-1)]) console.log(`  $ ${typed(line ?? '')}`)
  console.log(`  over the wire: ${wire(trial)}`)
  for (const row of rows) console.log(`  row: ${shownRow(row)}`)
  for (const { target, ask } of asks) {
    const came =
      ask.turns === 0 ? 'the beginning' : `${ask.turns} answers before, ${ask.thoughts.intact} signatures intact`
    console.log(`  model: ${target.split('?')[0]} ${ask.model}, ${came}${refused(ask.thoughts.complaint)}`)
  }
  for (const fault of faultsIn(trial)) console.log(`  FAILED: ${fault}`)
  if (faultsIn(trial).length > 0) console.log(turns.at(-1)?.text.slice(-1500))
  console.log('')
}

/** As a person would type it, with the port that RelayPlane has by default. */
export const typed = (line: string): string => line.replaceAll(/127\.0\.0\.1:\d+/g, 'localhost:4801')

const refused = (complaint: string | null): string => (complaint === null ? '' : `; refused: ${complaint.slice(0, 80)}`)

function wire({ sockets, requests }: Trial): string {
  const asked = [...requests].map(([request, times]) => (times === 1 ? request : `${request} ${times} times`))
  const upgraded = sockets === 0 ? [] : [`${sockets} of them became WebSockets`]
  return [...asked, ...upgraded].join(', ')
}
