/**
 * The schema, as numbered steps; forward only, appended and never edited. `docs/storage.md` documents the request table for
 * people who query it by hand.
 */
export interface Migration {
  readonly version: number
  readonly name: string
  readonly sql: string
}

export const migrations: readonly Migration[] = [
  {
    version: 1,
    name: 'requests, attempts, in-flight rows, roll-ups',
    sql: `
CREATE TABLE requests (
  seq INTEGER PRIMARY KEY,
  id TEXT NOT NULL,
  started_ms INTEGER NOT NULL,
  endpoint TEXT NOT NULL,
  method TEXT NOT NULL,
  path TEXT NOT NULL,
  dialect TEXT NOT NULL,
  requested_model TEXT,
  routed_model TEXT,
  served_model TEXT,
  provider TEXT,
  billing TEXT,
  is_stream INTEGER NOT NULL,
  status INTEGER,
  outcome TEXT NOT NULL,
  error_code TEXT,
  error_message TEXT,
  finish_reason TEXT,
  input_tokens INTEGER,
  cache_read_tokens INTEGER,
  cache_write_5m_tokens INTEGER,
  cache_write_1h_tokens INTEGER,
  output_tokens INTEGER,
  reasoning_tokens INTEGER,
  audio_input_tokens INTEGER,
  cache_read_audio_tokens INTEGER,
  audio_output_tokens INTEGER,
  image_output_tokens INTEGER,
  web_searches INTEGER,
  service_tier TEXT,
  speed TEXT,
  region TEXT,
  cost_status TEXT NOT NULL,
  cost_nano_usd INTEGER,
  price_id TEXT,
  price_source TEXT,
  price_date TEXT,
  cost_lines TEXT,
  request_bytes INTEGER NOT NULL,
  response_bytes INTEGER NOT NULL,
  first_byte_ms REAL,
  duration_ms REAL NOT NULL,
  session_id TEXT,
  session_source TEXT,
  agent TEXT,
  agent_source TEXT,
  tags TEXT,
  bypass TEXT,
  upstream_request_id TEXT,
  trace TEXT
) STRICT;
-- An id is a UUIDv7 and begins with started_ms: one index finds a time and an id, and keeps ids unique.
CREATE UNIQUE INDEX requests_started ON requests (started_ms, id);
CREATE INDEX requests_session ON requests (session_id, started_ms) WHERE session_id IS NOT NULL;

-- Only of requests that were tried more than once: an only attempt is told by its request's own row.
CREATE TABLE attempt_rows (
  request_seq INTEGER NOT NULL,
  number INTEGER NOT NULL,
  provider TEXT NOT NULL,
  model TEXT,
  started_ms INTEGER NOT NULL,
  status INTEGER,
  outcome TEXT NOT NULL,
  error_code TEXT,
  first_byte_ms REAL,
  duration_ms REAL NOT NULL,
  input_tokens INTEGER,
  cache_read_tokens INTEGER,
  cache_write_5m_tokens INTEGER,
  cache_write_1h_tokens INTEGER,
  output_tokens INTEGER,
  cost_nano_usd INTEGER,
  PRIMARY KEY (request_seq, number)
) STRICT, WITHOUT ROWID;
CREATE VIEW attempts AS
SELECT request_seq, number, provider, model, started_ms, status, outcome, error_code, first_byte_ms, duration_ms, input_tokens,
  cache_read_tokens, cache_write_5m_tokens, cache_write_1h_tokens, output_tokens, cost_nano_usd
FROM attempt_rows
UNION ALL
SELECT seq, 1, provider, routed_model, started_ms, status, outcome, error_code, first_byte_ms, duration_ms, input_tokens,
  cache_read_tokens, cache_write_5m_tokens, cache_write_1h_tokens, output_tokens, cost_nano_usd
FROM requests
WHERE provider IS NOT NULL AND NOT EXISTS (SELECT 1 FROM attempt_rows WHERE request_seq = requests.seq);

-- Roll-ups: requests folded in the order of seq, up to fold_state.seq. What is newer is read from requests itself, so that
-- every figure is exact at any moment. Only src/store/fold.ts and levels.ts change them; edition counts their changes.
CREATE TABLE fold_state (
  one INTEGER PRIMARY KEY CHECK (one = 1),
  seq INTEGER NOT NULL,
  edition INTEGER NOT NULL
) STRICT;
INSERT INTO fold_state (one, seq, edition) VALUES (1, 0, 0);

-- The same sums by minute, quarter of an hour, two hours and day. Periods from from_ms until until_ms are there: coarser
-- ones are raised from finer ones once they are over, finer ones are dropped when they are old.
CREATE TABLE rollup_levels (
  step_ms INTEGER PRIMARY KEY,
  from_ms INTEGER NOT NULL,
  until_ms INTEGER NOT NULL
) STRICT;
INSERT INTO rollup_levels (step_ms, from_ms, until_ms)
VALUES (60000, 0, 9007199254740991), (900000, 0, 0), (7200000, 0, 0), (86400000, 0, 0);

-- parts: bit n is set when the period's n-th finer period holds rows. *_bins: times in logarithmic bins, 16 to the octave;
-- each bin is the character U+0140 + round(16 * log2(ms)), followed by its count where that is not 1.
CREATE TABLE rollups (
  step_ms INTEGER NOT NULL,
  start_ms INTEGER NOT NULL,
  provider TEXT NOT NULL,
  model TEXT NOT NULL,
  agent TEXT NOT NULL,
  billing TEXT NOT NULL,
  outcome TEXT NOT NULL,
  requests INTEGER NOT NULL,
  errors INTEGER NOT NULL,
  failures INTEGER NOT NULL,
  input_tokens INTEGER NOT NULL,
  cache_read_tokens INTEGER NOT NULL,
  cache_write_tokens INTEGER NOT NULL,
  output_tokens INTEGER NOT NULL,
  reasoning_tokens INTEGER NOT NULL,
  cost_nano_usd INTEGER NOT NULL,
  unpriced INTEGER NOT NULL,
  estimated INTEGER NOT NULL,
  unbilled INTEGER NOT NULL,
  parts INTEGER NOT NULL,
  duration_bins TEXT NOT NULL,
  first_byte_bins TEXT NOT NULL,
  PRIMARY KEY (step_ms, start_ms, provider, model, agent, billing, outcome)
) STRICT, WITHOUT ROWID;

-- uses: one line for each combination of provider, model, agent, billing and outcome in the session, tab-separated.
CREATE TABLE sessions (
  id TEXT PRIMARY KEY,
  source TEXT NOT NULL,
  agent TEXT,
  first_ms INTEGER NOT NULL,
  last_ms INTEGER NOT NULL,
  requests INTEGER NOT NULL,
  input_tokens INTEGER NOT NULL,
  cache_read_tokens INTEGER NOT NULL,
  cache_write_tokens INTEGER NOT NULL,
  output_tokens INTEGER NOT NULL,
  cost_nano_usd INTEGER NOT NULL,
  unpriced INTEGER NOT NULL,
  uses TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX sessions_last ON sessions (last_ms, first_ms, cost_nano_usd);
`,
  },
  {
    version: 2,
    name: 'requests of sessions, filled by the fold',
    sql: `
-- In place of an index of requests: that cost every row a page on the way of the traffic. Rows up to fold_state.seq are in
-- it. seqs: a JSON array of numbers of rows; some may be deleted.
CREATE TABLE session_requests (
  session_id TEXT NOT NULL,
  last_ms INTEGER NOT NULL,
  last_seq INTEGER NOT NULL,
  first_ms INTEGER NOT NULL,
  seqs TEXT NOT NULL,
  PRIMARY KEY (session_id, last_ms, last_seq)
) STRICT, WITHOUT ROWID;
INSERT INTO session_requests (session_id, last_ms, last_seq, first_ms, seqs)
SELECT session_id, max(started_ms), max(seq), min(started_ms), json_group_array(seq)
FROM requests INDEXED BY requests_session
WHERE session_id IS NOT NULL AND seq <= (SELECT seq FROM fold_state)
GROUP BY session_id, seq / 500;
DROP INDEX requests_session;
`,
  },
  {
    version: 3,
    name: 'translated requests',
    sql: `
-- translated_to: the wire format that the provider was asked in, where it is not the caller's. dropped: a JSON array of names.
ALTER TABLE requests ADD COLUMN translated_to TEXT;
ALTER TABLE requests ADD COLUMN dropped TEXT;
`,
  },
  {
    version: 4,
    name: 'translated requests in order',
    sql: `
-- Only of translated requests: a row of any other costs nothing.
CREATE INDEX requests_translated ON requests (started_ms) WHERE translated_to IS NOT NULL;
`,
  },
  {
    version: 5,
    name: 'the money guard',
    sql: `
-- guard: warned, downgraded, cut, blocked or stopped. cache: hit, miss or bypass. saved_nano_usd: what a hit would have cost.
ALTER TABLE requests ADD COLUMN task_type TEXT;
ALTER TABLE requests ADD COLUMN guard TEXT;
ALTER TABLE requests ADD COLUMN cache TEXT;
ALTER TABLE requests ADD COLUMN saved_nano_usd INTEGER;
-- An answer from the cache was an attempt at nobody.
DROP VIEW attempts;
CREATE VIEW attempts AS
SELECT request_seq, number, provider, model, started_ms, status, outcome, error_code, first_byte_ms, duration_ms, input_tokens,
  cache_read_tokens, cache_write_5m_tokens, cache_write_1h_tokens, output_tokens, cost_nano_usd
FROM attempt_rows
UNION ALL
SELECT seq, 1, provider, routed_model, started_ms, status, outcome, error_code, first_byte_ms, duration_ms, input_tokens,
  cache_read_tokens, cache_write_5m_tokens, cache_write_1h_tokens, output_tokens, cost_nano_usd
FROM requests
WHERE provider IS NOT NULL AND cache IS NOT 'hit' AND NOT EXISTS (SELECT 1 FROM attempt_rows WHERE request_seq = requests.seq);

CREATE INDEX requests_guarded ON requests (started_ms) WHERE guard IS NOT NULL;
CREATE INDEX requests_cached ON requests (started_ms) WHERE cache IS NOT NULL;

-- What was spent up to at_ms does not count against limits any more; scope: all, or session:…, agent:…, provider:…, model:….
CREATE TABLE budget_resets (
  scope TEXT PRIMARY KEY,
  at_ms INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- details: JSON, the numbers behind the message. delivery: of the webhook, none, waiting, delivered or given-up.
CREATE TABLE alerts (
  seq INTEGER PRIMARY KEY,
  id TEXT NOT NULL UNIQUE,
  at_ms INTEGER NOT NULL,
  type TEXT NOT NULL,
  severity TEXT NOT NULL,
  kind TEXT NOT NULL,
  scope TEXT NOT NULL,
  message TEXT NOT NULL,
  details TEXT NOT NULL,
  acknowledged_ms INTEGER,
  delivery TEXT NOT NULL,
  tries INTEGER NOT NULL,
  next_try_ms INTEGER,
  last_error TEXT
) STRICT;
CREATE INDEX alerts_waiting ON alerts (seq) WHERE delivery = 'waiting';

-- Answers kept on disk, by the hash of their request; the bodies are files under cache/.
CREATE TABLE responses (
  key TEXT PRIMARY KEY,
  provider TEXT NOT NULL,
  model TEXT NOT NULL,
  billing TEXT NOT NULL,
  task_type TEXT,
  created_ms INTEGER NOT NULL,
  expires_ms INTEGER NOT NULL,
  used_ms INTEGER NOT NULL,
  bytes INTEGER NOT NULL,
  cost_nano_usd INTEGER,
  hits INTEGER NOT NULL,
  facts TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX responses_used ON responses (used_ms, bytes);

-- The names that people gave to agents.
CREATE TABLE agent_names (
  agent TEXT PRIMARY KEY,
  name TEXT NOT NULL
) STRICT, WITHOUT ROWID;
`,
  },
  {
    version: 6,
    name: 'routing',
    sql: `
-- route: the rule that decided. automated: 1 for what no person asked for. baseline: what savings are measured against, and what
-- it would have cost at the same tokens. facts: JSON, what simulate needs beside: tools, messages, images, toolTurn, sideCall.
ALTER TABLE requests ADD COLUMN route TEXT;
ALTER TABLE requests ADD COLUMN automated INTEGER;
ALTER TABLE requests ADD COLUMN complexity_score REAL;
ALTER TABLE requests ADD COLUMN complexity_tier TEXT;
ALTER TABLE requests ADD COLUMN baseline_model TEXT;
ALTER TABLE requests ADD COLUMN baseline_nano_usd INTEGER;
ALTER TABLE requests ADD COLUMN facts TEXT;
ALTER TABLE requests ADD COLUMN prompt_cache_saved_nano_usd INTEGER;
CREATE INDEX requests_routed ON requests (started_ms) WHERE route <> 'passthrough';

-- What savings are told from, by the hour; requests up to fold_state.seq are in it. standing: cached, automated, passthrough,
-- unbilled, unpriced or compared. Only the compared have a part in baseline_nano_usd and actual_nano_usd.
CREATE TABLE savings_hours (
  start_ms INTEGER NOT NULL,
  standing TEXT NOT NULL,
  provider TEXT NOT NULL,
  model TEXT NOT NULL,
  agent TEXT NOT NULL,
  billing TEXT NOT NULL,
  outcome TEXT NOT NULL,
  route TEXT NOT NULL,
  baseline TEXT NOT NULL,
  task TEXT NOT NULL,
  requests INTEGER NOT NULL,
  baseline_nano_usd INTEGER NOT NULL,
  actual_nano_usd INTEGER NOT NULL,
  prompt_cached INTEGER NOT NULL,
  prompt_cache_nano_usd INTEGER NOT NULL,
  hit_nano_usd INTEGER NOT NULL,
  PRIMARY KEY (start_ms, standing, provider, model, agent, billing, outcome, route, baseline, task)
) STRICT, WITHOUT ROWID;

-- What a judge said of a routed answer against the baseline's. id: of the request. verdict: better, same or worse; NULL where it came
-- to none, and why: no-answer, no-text or unclear. cost_nano_usd: of the baseline's answer and the judge.
CREATE TABLE grades (
  id TEXT PRIMARY KEY,
  at_ms INTEGER NOT NULL,
  provider TEXT NOT NULL,
  model TEXT NOT NULL,
  task_type TEXT,
  baseline TEXT NOT NULL,
  judge TEXT NOT NULL,
  verdict TEXT,
  why TEXT,
  cost_nano_usd INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX grades_at ON grades (at_ms);
`,
  },
  {
    version: 7,
    name: 'attempts that tell what they were paid by',
    sql: `
-- usage_inferred: 1 where tokens were counted by RelayPlane, 0 where the provider counted them. also_billed: JSON, what the same
-- reply bills at other models' prices: model and usage.
ALTER TABLE requests ADD COLUMN usage_inferred INTEGER;
ALTER TABLE requests ADD COLUMN also_billed TEXT;

-- Attempts of older releases have none of these: billing IS NULL tells them.
ALTER TABLE attempt_rows ADD COLUMN served_model TEXT;
ALTER TABLE attempt_rows ADD COLUMN billing TEXT;
ALTER TABLE attempt_rows ADD COLUMN reasoning_tokens INTEGER;
ALTER TABLE attempt_rows ADD COLUMN audio_input_tokens INTEGER;
ALTER TABLE attempt_rows ADD COLUMN cache_read_audio_tokens INTEGER;
ALTER TABLE attempt_rows ADD COLUMN audio_output_tokens INTEGER;
ALTER TABLE attempt_rows ADD COLUMN image_output_tokens INTEGER;
ALTER TABLE attempt_rows ADD COLUMN web_searches INTEGER;
ALTER TABLE attempt_rows ADD COLUMN usage_inferred INTEGER;
ALTER TABLE attempt_rows ADD COLUMN also_billed TEXT;
ALTER TABLE attempt_rows ADD COLUMN service_tier TEXT;
ALTER TABLE attempt_rows ADD COLUMN speed TEXT;
ALTER TABLE attempt_rows ADD COLUMN region TEXT;
ALTER TABLE attempt_rows ADD COLUMN cost_status TEXT;

-- Where an attempt does not tell how it was paid, its request's word is taken, as in the sums.
DROP VIEW attempts;
CREATE VIEW attempts AS
SELECT request_seq, number, provider, model, served_model,
  coalesce(billing, (SELECT billing FROM requests WHERE seq = request_seq)) AS billing, started_ms, status, outcome, error_code,
  first_byte_ms, duration_ms, input_tokens, cache_read_tokens, cache_write_5m_tokens, cache_write_1h_tokens, output_tokens,
  reasoning_tokens, audio_input_tokens, cache_read_audio_tokens, audio_output_tokens, image_output_tokens, web_searches,
  usage_inferred, also_billed, service_tier, speed, region, cost_status, cost_nano_usd
FROM attempt_rows
UNION ALL
SELECT seq, 1, provider, routed_model, served_model, billing, started_ms, status, outcome, error_code, first_byte_ms,
  duration_ms, input_tokens, cache_read_tokens, cache_write_5m_tokens, cache_write_1h_tokens, output_tokens,
  reasoning_tokens, audio_input_tokens, cache_read_audio_tokens, audio_output_tokens, image_output_tokens, web_searches,
  usage_inferred, also_billed, service_tier, speed, region, cost_status, cost_nano_usd
FROM requests
WHERE provider IS NOT NULL AND cache IS NOT 'hit' AND NOT EXISTS (SELECT 1 FROM attempt_rows WHERE request_seq = requests.seq);
`,
  },
]
