import { Database } from 'bun:sqlite'
import { describe, expect, test } from 'bun:test'
import { appendFileSync, existsSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { AttemptRecord } from '../../src/neutral/record.ts'
import { noUsage } from '../../src/neutral/usage.ts'
import { moveAside, openDatabase } from '../../src/store/database.ts'
import { openRequestWriter } from '../../src/store/requests.ts'
import { openSpool } from '../../src/store/spool.ts'
import { tempFolder } from '../support/folder.ts'
import { earlierAttempt, finished } from '../support/records.ts'

function books() {
  const folder = tempFolder()
  const path = join(folder, 'relayplane.db')
  const spoolPath = join(folder, 'spool.jsonl')
  let database = openDatabase(path, { busyTimeoutMs: 5 })
  let now = 0
  const warnings: string[] = []
  const warn = (sentence: string) => void warnings.push(sentence)
  const writer = openRequestWriter({
    database: () => database,
    recover() {
      database.close()
      moveAside(path, 7)
      database = openDatabase(path, { busyTimeoutMs: 5 })
    },
    spool: openSpool(spoolPath, warn),
    monotonic: () => now,
    warn,
  })
  return {
    path,
    spoolPath,
    writer,
    warnings,
    pass: (ms: number) => (now += ms),
    rows: (sql: string) => database.query(sql).values(),
    database: () => database,
  }
}

describe('rows', () => {
  test('a batch is one transaction: nobody sees a part of it', () => {
    const b = books()
    b.writer.enter([finished(), finished()])
    expect(b.rows('SELECT count(*) FROM requests')).toEqual([[2]])
    const twice = finished()
    b.database().run(
      "CREATE TRIGGER stop BEFORE INSERT ON requests WHEN NEW.path = '/bad' BEGIN SELECT raise(ABORT, 'no'); END",
    )
    b.writer.enter([twice, finished({ path: '/bad' })])
    expect(b.rows('SELECT count(*) FROM requests')).toEqual([[2]])
    expect(b.writer.state().spooledRows).toBe(2)
  })

  test('every field of a record comes back from its column', () => {
    const b = books()
    const record = finished({
      usage: {
        inputTokens: 1,
        cacheReadTokens: 2,
        cacheWrite5mTokens: 3,
        cacheWrite1hTokens: 4,
        outputTokens: 5,
        reasoningTokens: 6,
        audioInputTokens: 7,
        cacheReadAudioTokens: 8,
        audioOutputTokens: 9,
        imageOutputTokens: 10,
        webSearches: 11,
      },
      isUsageInferred: true,
      alsoBilled: [{ model: 'm', usage: noUsage }],
      terms: { serviceTier: 'priority', speed: 'fast', region: 'us' },
      tags: { team: 'a' },
      bypass: ['parse'],
      translatedTo: 'gemini',
      dropped: ['top_k', 'cache_control'],
      taskType: 'code_review',
      guard: 'downgraded',
      cache: 'miss',
      savedNanoUsd: 77,
      route: 'cascade',
      isAutomated: true,
      complexity: { score: 41.5, tier: 'moderate' },
      baselineModel: 'anthropic/claude-opus-4-6',
      baselineNanoUsd: 88,
      facts: { tools: 1, messages: 2, images: false, toolTurn: true, sideCall: null, maxOutputTokens: 3 },
      promptCacheSavedNanoUsd: -99,
      trace: [{ stage: 'forward', did: 'x', why: 'y' }],
      errorCode: 'e',
      errorMessage: 'm',
      isStream: true,
      attempts: [
        earlierAttempt({
          number: 1,
          provider: 'anthropic',
          model: 'm',
          startedMs: 9,
          status: 200,
          outcome: 'complete',
          errorCode: null,
          firstByteMs: 1.5,
          durationMs: 2.5,
          usage: null,
          costNanoUsd: 42,
        }),
        earlierAttempt({
          number: 2,
          provider: 'openai',
          model: null,
          startedMs: 11,
          status: 500,
          outcome: 'failed',
          errorCode: null,
          firstByteMs: null,
          durationMs: 3.5,
          usage: null,
          costNanoUsd: null,
        }),
      ],
    })
    b.writer.enter([record])
    const row = b.database().query<Record<string, unknown>, []>('SELECT * FROM requests').get()
    expect(row).toEqual({
      seq: 1,
      id: record.id,
      started_ms: 1767323045000,
      endpoint: 'messages',
      method: 'POST',
      path: '/v1/messages',
      dialect: 'anthropic',
      requested_model: 'claude-sonnet-4-5',
      routed_model: 'claude-sonnet-4-5',
      served_model: 'claude-sonnet-4-5-20250929',
      provider: 'anthropic',
      billing: 'metered',
      is_stream: 1,
      status: 200,
      outcome: 'complete',
      error_code: 'e',
      error_message: 'm',
      finish_reason: 'end_turn',
      input_tokens: 1,
      cache_read_tokens: 2,
      cache_write_5m_tokens: 3,
      cache_write_1h_tokens: 4,
      output_tokens: 5,
      reasoning_tokens: 6,
      audio_input_tokens: 7,
      cache_read_audio_tokens: 8,
      audio_output_tokens: 9,
      image_output_tokens: 10,
      web_searches: 11,
      usage_inferred: 1,
      also_billed: JSON.stringify([{ model: 'm', usage: noUsage }]),
      service_tier: 'priority',
      speed: 'fast',
      region: 'us',
      cost_status: 'priced',
      cost_nano_usd: 105000,
      price_id: 'anthropic/claude-sonnet-4-5',
      price_source: 'test',
      price_date: '2026-01-01',
      cost_lines: null,
      request_bytes: 300,
      response_bytes: 400,
      first_byte_ms: 12.5,
      duration_ms: 20.25,
      session_id: 's1',
      session_source: 'header',
      agent: 'claude-code',
      agent_source: 'user-agent',
      tags: '{"team":"a"}',
      bypass: '["parse"]',
      upstream_request_id: 'req_1',
      translated_to: 'gemini',
      dropped: '["top_k","cache_control"]',
      task_type: 'code_review',
      guard: 'downgraded',
      cache: 'miss',
      saved_nano_usd: 77,
      route: 'cascade',
      automated: 1,
      complexity_score: 41.5,
      complexity_tier: 'moderate',
      baseline_model: 'anthropic/claude-opus-4-6',
      baseline_nano_usd: 88,
      facts: '{"tools":1,"messages":2,"images":false,"toolTurn":true,"sideCall":null,"maxOutputTokens":3}',
      prompt_cache_saved_nano_usd: -99,
      trace: '[{"stage":"forward","did":"x","why":"y"}]',
    })
    expect(
      b.rows(
        'SELECT request_seq, number, provider, model, started_ms, status, outcome, first_byte_ms, duration_ms, cost_nano_usd FROM attempts',
      ),
    ).toEqual([
      [1, 1, 'anthropic', 'm', 9, 200, 'complete', 1.5, 2.5, 42],
      [1, 2, 'openai', null, 11, 500, 'failed', null, 3.5, null],
    ])
  })

  test('an attempt keeps what it was paid by; one of an older release is taken to be paid as its request', () => {
    const b = books()
    const usage = {
      ...noUsage,
      inputTokens: 1,
      reasoningTokens: 2,
      audioInputTokens: 3,
      cacheReadAudioTokens: 4,
      audioOutputTokens: 5,
      imageOutputTokens: 6,
      webSearches: 7,
    }
    const terms = { serviceTier: 'flex', speed: 'fast', region: 'us' }
    const alsoBilled = [{ model: 'advisor', usage: noUsage }]
    const told = earlierAttempt({
      servedModel: 'dated',
      billing: 'subscription',
      usage,
      isUsageInferred: true,
      alsoBilled,
      terms,
      costStatus: 'estimated',
      costNanoUsd: 9,
    })
    // As a line of its spool, or its journal, has it.
    const { number, provider, model, startedMs, status, outcome, errorCode, firstByteMs, durationMs, costNanoUsd } =
      told
    const kept = {
      number,
      provider,
      model,
      startedMs,
      status,
      outcome,
      errorCode,
      firstByteMs,
      durationMs,
      costNanoUsd,
    }
    b.writer.enter([finished({ attempts: [told, { ...kept, number: 2, usage: noUsage } as AttemptRecord] })])
    expect(
      b.rows(`SELECT served_model, billing, input_tokens, reasoning_tokens, audio_input_tokens, cache_read_audio_tokens,
        audio_output_tokens, image_output_tokens, web_searches, usage_inferred, also_billed, service_tier, speed, region, cost_status
        FROM attempts ORDER BY number`),
    ).toEqual([
      ['dated', 'subscription', 1, 2, 3, 4, 5, 6, 7, 1, JSON.stringify(alsoBilled), 'flex', 'fast', 'us', 'estimated'],
      [null, 'metered', 0, 0, 0, 0, 0, 0, 0, null, null, null, null, null, null],
    ])
  })

  test('an unknown price and unknown usage are NULL, not zero', () => {
    const b = books()
    const cost = {
      status: 'unpriced',
      nanoUsd: null,
      priceId: null,
      priceSource: null,
      priceDate: null,
      lines: [],
    } as const
    b.writer.enter([finished({ usage: null, cost })])
    expect(b.rows('SELECT input_tokens, output_tokens, cost_nano_usd, cost_status FROM requests')).toEqual([
      [null, null, null, 'unpriced'],
    ])
  })
})

describe('a database that takes no rows', () => {
  test('locked: rows go to the spool at once and come back when it is free', () => {
    const b = books()
    const lock = new Database(b.path)
    lock.run('BEGIN IMMEDIATE')
    const record = finished()
    const started = performance.now()
    b.writer.enter([record])
    expect(performance.now() - started).toBeLessThan(100)
    expect(b.writer.state()).toEqual({ isSpooling: true, spooledRows: 1, lostRows: 0, lastError: 'SQLITE_BUSY' })
    expect(statSync(b.spoolPath).mode & 0o777).toBe(0o600)
    lock.run('ROLLBACK')
    b.writer.replay()
    expect(b.rows('SELECT id FROM requests')).toEqual([[record.id]])
    expect(b.writer.state()).toEqual({ isSpooling: false, spooledRows: 0, lostRows: 0, lastError: null })
    expect(existsSync(b.spoolPath)).toBe(false)
    lock.close()
  })

  test('while it is locked, it is not tried again for every row', () => {
    const b = books()
    const lock = new Database(b.path)
    lock.run('BEGIN IMMEDIATE')
    b.writer.enter([finished()])
    lock.run('ROLLBACK')
    b.writer.enter([finished()])
    expect(b.writer.state().spooledRows).toBe(2)
    // Most locks are gone in a moment, and with the next row those before it are there too.
    b.pass(4)
    b.writer.enter([finished()])
    expect(b.writer.state()).toMatchObject({ isSpooling: false, spooledRows: 0 })
    expect(b.rows('SELECT count(*) FROM requests')).toEqual([[3]])
    lock.close()
  })

  test('a lock that stays is tried more and more seldom, and at least four times a second', () => {
    const b = books()
    const lock = new Database(b.path)
    lock.run('BEGIN IMMEDIATE')
    for (const wait of [4, 8, 16, 32, 64, 128, 250, 250]) {
      b.writer.enter([finished()])
      b.pass(wait)
    }
    lock.run('ROLLBACK')
    b.writer.enter([finished()])
    expect(b.rows('SELECT count(*) FROM requests')).toEqual([[9]])
    lock.close()
  })

  test('a replay of rows that are there already changes nothing', () => {
    const b = books()
    const record = finished()
    b.writer.enter([record])
    openSpool(b.spoolPath, () => undefined).append([record])
    const again = openSpool(b.spoolPath, () => undefined)
    expect(again.waiting()).toBe(1)
    again.replay((records) => (b.writer.enter(records), []))
    expect(b.rows('SELECT count(*), (SELECT count(*) FROM attempts) FROM requests')).toEqual([[1, 1]])
  })

  test('a line cut off by a crash is skipped and said', () => {
    const b = books()
    const spool = openSpool(b.spoolPath, (sentence) => b.warnings.push(sentence))
    spool.append([finished()])
    appendFileSync(b.spoolPath, '{"id":"half')
    const seen: string[] = []
    spool.replay((records) => (seen.push(...records.map(({ id }) => id)), []))
    expect(seen).toHaveLength(1)
    expect(b.warnings).toEqual(['1 cut-off lines in the spool file were skipped.'])
  })

  for (const line of [
    '{}',
    'null',
    '5',
    '"text"',
    '[]',
    '{"id":"01a203fc-3090-7541-ab42-02dd4d338cc1","startedMs":5}',
  ]) {
    test(`a line that is no row is put aside and said once, and the rest goes on: ${line}`, () => {
      const b = books()
      const [before, after] = [finished(), finished()]
      writeFileSync(b.spoolPath, [JSON.stringify(before), line, JSON.stringify(after), ''].join('\n'))
      const warnings: string[] = []
      const warn = (sentence: string) => warnings.push(sentence)
      const spool = openSpool(b.spoolPath, warn)
      const recover = () => undefined
      const writer = openRequestWriter({ database: b.database, recover, spool, monotonic: () => 0, warn })
      writer.replay()
      writer.replay()
      expect(b.rows('SELECT id FROM requests')).toEqual([[before.id], [after.id]])
      expect(writer.state()).toEqual({ isSpooling: false, spooledRows: 0, lostRows: 0, lastError: null })
      const aside = `${b.spoolPath}.rejected`
      expect([readFileSync(aside, 'utf8'), statSync(aside).mode & 0o777]).toEqual([`${line}\n`, 0o600])
      expect(warnings).toEqual([
        `1 line of the spool file is no row of a request and can't be recorded: kept in ${aside}.`,
      ])
    })
  }

  test('neither database nor spool: the loss is counted, nothing is thrown', () => {
    const b = books()
    const lock = new Database(b.path)
    lock.run('BEGIN IMMEDIATE')
    const blocked = openRequestWriter({
      database: b.database,
      recover: () => undefined,
      spool: {
        append() {
          throw Object.assign(new Error('no space left on device'), { code: 'ENOSPC' })
        },
        isThere: () => false,
        waiting: () => 0,
        replay: () => 0,
      },
      monotonic: () => 0,
      warn: () => undefined,
    })
    blocked.enter([finished()])
    expect(blocked.state()).toEqual({ isSpooling: true, spooledRows: 0, lostRows: 1, lastError: 'ENOSPC' })
    lock.close()
  })

  test('broken while running: it is moved aside, a new one started, and no row is lost', () => {
    const b = books()
    b.writer.enter([finished()])
    b.database().run('PRAGMA wal_checkpoint(TRUNCATE)')
    b.database().close()
    // What a failing disk leaves: pages of nonsense behind the header.
    const bytes = readFileSync(b.path)
    bytes.fill(0xa5, 100)
    writeFileSync(b.path, bytes)
    const database = openRaw(b.path)
    const spool = openSpool(b.spoolPath, () => undefined)
    let current = database
    const warnings: string[] = []
    const writer = openRequestWriter({
      database: () => current,
      recover() {
        current.close()
        moveAside(b.path, 7)
        current = openDatabase(b.path, { busyTimeoutMs: 5 })
      },
      spool,
      monotonic: () => 0,
      warn: (sentence) => warnings.push(sentence),
    })
    const record = finished()
    writer.enter([record])
    expect(existsSync(`${b.path}.corrupt-7`)).toBe(true)
    writer.replay()
    expect(current.query('SELECT id FROM requests').values()).toEqual([[record.id]])
    expect(warnings[0]).toStartWith('The database does not take rows (SQLITE_CORRUPT')
    current.close()
  })
})

function openRaw(path: string): Database {
  const database = new Database(path)
  database.run('PRAGMA busy_timeout = 5')
  return database
}
