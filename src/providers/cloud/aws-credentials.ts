/** Where the keys that sign for AWS come from: the environment, else a profile of the shared credentials file. */
import { AppError } from '../../neutral/error.ts'
import { revealKey } from '../keys.ts'
import type { CloudTools } from './cloud.ts'
import type { BedrockSettings } from './settings.ts'
import type { AwsCredentials } from './signature.ts'

export interface AwsKeyring {
  /** @throws AppError `unauthorized`, saying what to set. */
  credentials(settings: BedrockSettings): Promise<AwsCredentials>
}

/** Tools that log in write new keys to the file, so it is read again this often. */
const keptMs = 30_000

export function openAwsKeyring({ now, readText }: CloudTools): AwsKeyring {
  let kept: { readonly path: string; readonly text: string; readonly untilMs: number } | null = null
  const read = async (path: string): Promise<string> => {
    if (kept?.path === path && now() < kept.untilMs) return kept.text
    // No file means no profiles; which of the two is missing is said below.
    const text = await readText(path).catch(() => '')
    kept = { path, text, untilMs: now() + keptMs }
    return text
  }
  return {
    async credentials({ accessKey, profile, profileFile }) {
      if (accessKey !== null) {
        const { id, secret, sessionToken } = accessKey
        return {
          accessKeyId: id,
          secretAccessKey: revealKey(secret),
          sessionToken: sessionToken === null ? null : revealKey(sessionToken),
        }
      }
      const found = profileFile === null ? null : readProfile(await read(profileFile), profile)
      if (found !== null) return found
      throw new AppError('unauthorized', missing(profile, profileFile))
    },
  }
}

const missing = (profile: string, file: string | null): string =>
  'There are no credentials for AWS Bedrock. Set AWS_BEARER_TOKEN_BEDROCK, or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY' +
  (file === null ? '.' : `, or put keys for the profile "${profile}" into the shared credentials file.`)

/** The INI form of the shared files: `[name]`, `key = value`, comments after `#` or `;`. */
function readProfile(text: string, profile: string): AwsCredentials | null {
  const fields = new Map<string, string>()
  let isWanted = false
  for (const line of text.split(/\r?\n/)) {
    const section = /^\s*\[\s*(?:profile\s+)?(.+?)\s*\]/.exec(line)?.[1]
    if (section !== undefined) isWanted = section === profile
    const field = /^\s*([\w-]+)\s*=\s*(.*?)\s*$/.exec(line)
    if (isWanted && field !== null) fields.set((field[1] ?? '').toLowerCase(), field[2] ?? '')
  }
  const accessKeyId = fields.get('aws_access_key_id')
  const secretAccessKey = fields.get('aws_secret_access_key')
  if (!accessKeyId || !secretAccessKey) return null
  return { accessKeyId, secretAccessKey, sessionToken: fields.get('aws_session_token') || null }
}
