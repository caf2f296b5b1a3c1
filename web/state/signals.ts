/** Which part of a view the figures of models and tasks go by, and the requests behind one of their lines. */
import type { ModelSignals } from '../../src/control/signals-shapes.ts'
import { apiQuery, type View } from './view.ts'

const known = ['window', 'from', 'to', 'provider', 'model', 'agent'] as const

/** What they are not told apart by is left out. */
export function signalQuery(view: View): string {
  const query = [...new URLSearchParams(apiQuery(view, 'sums'))].filter(([name]) => known.some((one) => one === name))
  return new URLSearchParams(query).toString()
}

export const signalView = (view: View, { provider, model, task }: ModelSignals): View => ({
  range: view.range,
  filters: {
    ...(view.filters.agent === undefined ? {} : { agent: view.filters.agent }),
    provider: [provider],
    model: [model],
    task: [task],
  },
})
