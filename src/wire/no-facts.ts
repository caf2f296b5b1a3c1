/** The facts of a body that has none: raw paths, GET requests, bodies that do not parse. */
import { standardTerms } from '../neutral/usage.ts'
import type { ReplyFacts, RequestFacts } from './dialect.ts'

export const noRequestFacts: RequestFacts = Object.freeze({
  model: null,
  isStream: false,
  asksStreamUsage: false,
  maxOutputTokens: null,
  session: null,
  opening: { system: '', user: '' },
  terms: standardTerms,
  messageCount: 0,
  toolCount: 0,
  ending: '',
  repeated: null,
  answers: 1,
})

export const noReplyFacts: ReplyFacts = Object.freeze({
  usage: null,
  terms: standardTerms,
  model: null,
  finishReason: null,
  errorCode: null,
})
