/** A folder of its own for each test that needs files; all are removed when the run ends. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const made: string[] = []
// A test runner's afterAll would belong to the first file that imports this one.
process.on('exit', () => {
  for (const folder of made) rmSync(folder, { recursive: true, force: true })
})

export function tempFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'relayplane-test-'))
  made.push(folder)
  return folder
}
