/**
 * What the attempts of one request cost, each under whom it was paid to and how: one request may be paid for at two providers, or
 * by a plan and a key. Its own row says the sum, under the attempt that answered.
 */

/** Attempts of older releases do not tell how they were paid; theirs stays with their request. */
const isTold = 'paid.billing IS NOT NULL'

/** Numbers of requests whose attempts tell their parts. @param range Condition over `request_seq`. */
export const selectTold = (range: string): string =>
  `SELECT DISTINCT paid.request_seq AS told FROM attempt_rows AS paid WHERE ${range} AND ${isTold}`

/** These requests alone, as a source: few, of very many. */
export const toldRequests = (range: string): string => `(${selectTold(range)}) CROSS JOIN requests ON seq = told`

/** Over `requests`: what of the cost no attempt tells as its own, nano-USD; all of it where there was one attempt. */
export const ownNanoUsd = `coalesce(cost_nano_usd - (SELECT coalesce(sum(paid.cost_nano_usd), 0) FROM attempt_rows AS paid
  WHERE paid.request_seq = requests.seq AND ${isTold}), 0)`

/**
 * The attempts that tell their part, as rows of `requests` in all that sums are told apart by.
 * @param source `requests`, or a join that ends in it.
 */
export const partsOf = (
  source: string,
): string => `(SELECT requests.seq, requests.started_ms, requests.duration_ms, paid.provider,
    coalesce(paid.model, requests.requested_model) AS routed_model, requests.requested_model, requests.agent, paid.billing,
    requests.outcome, requests.cost_status, requests.translated_to, requests.guard, requests.cache, requests.task_type,
    requests.route, requests.automated, requests.session_id, requests.session_source, paid.cost_nano_usd, paid.input_tokens,
    paid.cache_read_tokens, paid.cache_write_5m_tokens, paid.cache_write_1h_tokens, paid.output_tokens,
    paid.started_ms + paid.duration_ms AS ended_ms
  FROM ${source} CROSS JOIN attempt_rows AS paid ON paid.request_seq = requests.seq WHERE ${isTold})`
