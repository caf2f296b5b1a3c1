/** What tests of real client libraries share: RelayPlane before a scripted model that stands in for every vendor. */
import { afterAll, beforeAll, beforeEach } from 'bun:test'
import { mockModels } from './mock-models.ts'
import type { ScriptedProvider } from './provider.ts'
import { startRelay, type Relay } from './relay.ts'

export interface ClientStage {
  readonly mock: ScriptedProvider
  readonly relay: Relay
  /** The rows written since the test began, oldest first. */
  newRows(): readonly Record<string, unknown>[]
  /** The row of a request whose client hung up, once it is written. */
  abortedRow(): Promise<Record<string, unknown>>
}

/** To be called once at the top of a test file; usable from its first test on. */
export function clientStage(): ClientStage {
  let mock: ScriptedProvider | null = null
  let relay: Relay | null = null
  let before = 0
  beforeAll(async () => {
    mock = mockModels()
    relay = await startRelay({ providers: { anthropic: mock.url, openai: mock.url, google: mock.url } })
  })
  beforeEach(() => {
    before = Number(stage.relay.lastRow()['seq'] ?? 0)
  })
  afterAll(async () => {
    await relay?.stop()
    await mock?.stop()
  })
  const started = <T>(part: T | null): T => {
    if (part === null) throw new Error('the stage is set up by beforeAll')
    return part
  }
  const stage: ClientStage = {
    get mock() {
      return started(mock)
    },
    get relay() {
      return started(relay)
    },
    newRows: () => stage.relay.rows('SELECT * FROM requests WHERE seq > ? ORDER BY seq', before),
    async abortedRow() {
      await stage.relay.until(
        'the row of the aborted request',
        () => stage.relay.lastRow()['outcome'] === 'client_abort',
      )
      const [row, ...others] = stage.newRows()
      if (row === undefined || others.length > 0) throw new Error('one row was expected')
      return row
    },
  }
  return stage
}

/** What the promise failed with. */
export async function failureOf(promise: Promise<unknown>): Promise<Error> {
  try {
    await promise
  } catch (fault) {
    if (fault instanceof Error) return fault
    throw fault
  }
  throw new Error('it did not fail')
}
