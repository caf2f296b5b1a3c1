/** A folder of its own for each test that needs files. `cleanup.ts` removes them all when the run ends. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const made: string[] = []

export function tempFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'relayplane-test-'))
  made.push(folder)
  return folder
}

export function removeFolders(): void {
  for (const folder of made.splice(0)) rmSync(folder, { recursive: true, force: true })
}
