/** What callers and providers write where a key may stand by mistake: a model's name, a path, the id of an exchange. Rows keep none. */
import { redact, redacted } from '../lib/log.ts'
import type { RequestRecord } from '../neutral/record.ts'

type Told = Pick<RequestRecord, 'path' | 'requestedModel' | 'routedModel' | 'errorMessage' | 'upstreamRequestId'>

export function withoutKeys(row: RequestRecord): RequestRecord {
  const told: Told = {
    path: redact(row.path),
    requestedModel: redacted(row.requestedModel),
    routedModel: redacted(row.routedModel),
    errorMessage: redacted(row.errorMessage),
    upstreamRequestId: redacted(row.upstreamRequestId),
  }
  const isClean =
    told.path === row.path &&
    told.requestedModel === row.requestedModel &&
    told.routedModel === row.routedModel &&
    told.errorMessage === row.errorMessage &&
    told.upstreamRequestId === row.upstreamRequestId
  return isClean ? row : { ...row, ...told, ...inSteps(row) }
}

/** Steps and attempts name the model, too. */
const inSteps = ({ trace, attempts }: RequestRecord): Pick<RequestRecord, 'trace' | 'attempts'> => ({
  trace: trace.map(({ stage, did, why }) => ({ stage, did: redact(did), why: redact(why) })),
  attempts: attempts.map((attempt) => ({ ...attempt, model: redacted(attempt.model) })),
})
