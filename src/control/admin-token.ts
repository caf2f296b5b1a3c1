/** The token for writes: made at first start, kept in a file that only its owner can read. */
import { randomBytes } from 'node:crypto'
import { chmodSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { fileMode } from '../config/paths.ts'
import { AppError } from '../neutral/error.ts'

/**
 * The token in the file at `path`; made when there is none.
 * @throws AppError `unavailable` with what to do when the file can't be used.
 */
export function readAdminToken(path: string): string {
  try {
    return readOrMake(path)
  } catch (fault) {
    const code = fault instanceof Error && 'code' in fault ? ` (${String(fault.code)})` : ''
    throw new AppError(
      'unavailable',
      `The admin token in ${path} can't be used${code}. Take away what stands there; the next start makes a new one.`,
      { cause: fault },
    )
  }
}

function readOrMake(path: string): string {
  const known = readToken(path)
  if (known !== '') {
    // It may have been copied or restored with wider rights.
    chmodSync(path, fileMode)
    return known
  }
  const token = randomBytes(32).toString('base64url')
  // Renamed into place, so that a crash leaves no half token.
  const draft = `${path}.${process.pid}.tmp`
  writeFileSync(draft, `${token}\n`, { mode: fileMode })
  renameSync(draft, path)
  return token
}

function readToken(path: string): string {
  try {
    return readFileSync(path, 'utf8').trim()
  } catch (fault) {
    if (fault instanceof Error && 'code' in fault && fault.code === 'ENOENT') return ''
    throw fault
  }
}
