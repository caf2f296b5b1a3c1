/** Secrets as they may be shown: of a key how it begins, where that tells the provider, and its last four characters. */
import { ConfigError } from './error.ts'
import { formatPath, isJsonObject, type SettingPath } from './setting-path.ts'

const publicBeginning = /^(?:sk-ant-|sk-or-|sk-proj-|sk-|AIza|gsk_|xai-|pplx-|tgp_|fw_)/

/** Below this length four characters are too much of a key. */
const shortestShown = 16

export function maskKey(key: string): string {
  if (key.startsWith('env:')) return key
  const beginning = publicBeginning.exec(key)?.[0] ?? ''
  return key.length < shortestShown ? `${beginning}…` : `${beginning}…${key.slice(-4)}`
}

/** Of an address that is a secret: scheme and host. The path of a webhook is what lets one post there. */
function maskUrl(text: string): string {
  const [origin] = /^https?:\/\/[^/?#@\s]+(?=$|[/?#])/.exec(text) ?? []
  return origin === undefined ? '…' : `${origin}/…`
}

/** Settings that are secrets, and how each is shown. */
const masks: Readonly<Record<string, (secret: string) => string>> = {
  apiKey: maskKey,
  anthropicMaxToken: maskKey,
  webhookSecret: maskKey,
  webhookUrl: maskUrl,
}

/** Whether a setting of this name holds a secret. */
export const isSecret = (name: string | undefined): boolean => name !== undefined && Object.hasOwn(masks, name)

/** @returns A copy of any part of the settings in which every secret is masked. */
export function maskSecrets(value: unknown, name = ''): unknown {
  if (typeof value === 'string') return isSecret(name) ? (masks[name]?.(value) ?? '…') : value
  if (Array.isArray(value)) return value.map((item) => maskSecrets(item))
  if (!isJsonObject(value)) return value
  return Object.fromEntries(Object.entries(value).map(([inner, held]) => [inner, maskSecrets(held, inner)]))
}

/**
 * @returns A copy of a part of the settings without the secrets that are given back as they were shown: those stay as `held`
 * has them.
 * @throws ConfigError for the mask of another secret, which nobody means to set.
 */
export function withoutMasks(part: unknown, held: unknown, at: SettingPath = []): unknown {
  if (!isJsonObject(part)) return part
  const heldHere = isJsonObject(held) ? held : {}
  return Object.fromEntries(
    Object.entries(part)
      .filter(([name, value]) => !isMask(value, heldHere[name], [...at, name]))
      .map(([name, value]) => [name, withoutMasks(value, heldHere[name], [...at, name])]),
  )
}

function isMask(value: unknown, held: unknown, path: SettingPath): boolean {
  const name = path.at(-1)
  if (!isSecret(name) || typeof value !== 'string' || !value.includes('…')) return false
  if (value === maskSecrets(held, name)) return true
  throw new ConfigError('The change', [`${formatPath(path)}: this is what a secret is shown as; give the whole of it`])
}
