/** Temperature and its kin, and stop sequences: left out where the model refuses them, cut to what it takes. */
import type { Note } from './adjustment.ts'
import type { Capabilities, Parameter } from './capability.ts'
import { isThinking } from './fit-thinking.ts'
import type { NeutralRequest, Sampling } from './request.ts'

const fields: readonly (readonly [Parameter, keyof Sampling])[] = [
  ['temperature', 'temperature'],
  ['top_p', 'topP'],
  ['top_k', 'topK'],
  ['presence_penalty', 'presencePenalty'],
  ['frequency_penalty', 'frequencyPenalty'],
  ['seed', 'seed'],
]

export function fitSampling(request: NeutralRequest, capabilities: Capabilities, note: Note): NeutralRequest {
  const sampling = fitNumbers(request, capabilities, note)
  const stop = fitStop(request.stop, capabilities, note)
  return sampling === request.sampling && stop === request.stop ? request : { ...request, sampling, stop }
}

function fitNumbers(request: NeutralRequest, capabilities: Capabilities, note: Note): Sampling {
  const { model, refused, refusedWhileThinking, maxTemperature } = capabilities
  const thinks = isThinking(request.thinking, capabilities.thinking)
  let sampling = request.sampling
  const drop = (field: Parameter, key: keyof Sampling, why: string) => {
    note({ field, did: 'dropped', from: `${sampling[key]}`, why })
    sampling = { ...sampling, [key]: null }
  }
  for (const [field, key] of fields) {
    if (sampling[key] === null) continue
    if (refused.includes(field)) drop(field, key, `${model} refuses it`)
    else if (thinks && refusedWhileThinking.includes(field)) drop(field, key, `${model} refuses it while it thinks`)
  }
  const { temperature, topP } = sampling
  if (capabilities.takesOneOfTemperatureAndTopP && temperature !== null && topP !== null)
    drop('top_p', 'topP', `${model} takes it or temperature, not both`)
  if (maxTemperature === null || temperature === null || temperature <= maxTemperature) return sampling
  const why = `${model} takes no more`
  note({ field: 'temperature', did: 'changed', from: `${temperature}`, to: `${maxTemperature}`, why })
  return { ...sampling, temperature: maxTemperature }
}

function fitStop(stop: readonly string[], { model, refused, maxStops }: Capabilities, note: Note): readonly string[] {
  if (stop.length === 0) return stop
  if (refused.includes('stop')) {
    note({ field: 'stop', did: 'dropped', from: `${stop.length}`, why: `${model} refuses it` })
    return []
  }
  if (maxStops === null || stop.length <= maxStops) return stop
  note({
    field: 'stop',
    did: 'changed',
    from: `${stop.length}`,
    to: `${maxStops}`,
    why: `${model} takes ${maxStops} sequences`,
  })
  return stop.slice(0, maxStops)
}
