/** A request as a dialect's reader makes it, that asks for nothing in particular; every field can be set. */
import { noOptions, noSampling, type NeutralRequest } from '../../src/neutral/request.ts'

export const neutralRequest = (over: Partial<NeutralRequest> = {}): NeutralRequest => ({
  model: 'm',
  system: [],
  messages: [],
  tools: [],
  toolChoice: null,
  parallelTools: null,
  sampling: noSampling,
  maxOutputTokens: null,
  stop: [],
  thinking: null,
  format: null,
  options: noOptions,
  isStream: false,
  wantsStreamUsage: true,
  ...over,
})
