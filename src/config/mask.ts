/** Keys as they may be shown: how they begin, where that tells the provider, and their last four characters. */
import { isJsonObject } from './setting-path.ts'

const publicBeginning = /^(?:sk-ant-|sk-or-|sk-proj-|sk-|AIza|gsk_|xai-|pplx-|tgp_|fw_)/

/** Below this length four characters are too much of a key. */
const shortestShown = 16

export function maskKey(key: string): string {
  if (key.startsWith('env:')) return key
  const beginning = publicBeginning.exec(key)?.[0] ?? ''
  return key.length < shortestShown ? `${beginning}…` : `${beginning}…${key.slice(-4)}`
}

/** @returns A copy of any part of the settings in which every `apiKey` is masked. */
export function maskSecrets(value: unknown, name = ''): unknown {
  if (typeof value === 'string') return name === 'apiKey' ? maskKey(value) : value
  if (Array.isArray(value)) return value.map((item) => maskSecrets(item))
  if (!isJsonObject(value)) return value
  return Object.fromEntries(Object.entries(value).map(([inner, held]) => [inner, maskSecrets(held, inner)]))
}
