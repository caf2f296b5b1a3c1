/**
 * Marks up to where a prompt may be cached. OpenAI's newer models have `prompt_cache_breakpoint`; gateways before models that
 * need to be told take `cache_control`. All others cache by themselves, and some refuse either.
 */
import type { CacheMark, Carried } from '../../neutral/message.ts'
import { asRecord } from '../fields.ts'
import { type Fields, spelt } from './carry.ts'

interface Marked {
  readonly cache?: CacheMark
  readonly carried?: Carried
}

/** To be spread into the node that was read. */
export function readCache(f: Fields): { readonly cache?: CacheMark } {
  if (asRecord(f.peek('cache_control'))?.type === 'ephemeral') {
    const control = f.within('cache_control')
    control?.take('type')
    const ttl = control?.peek('ttl')
    f.spell('cache', 'cache_control')
    if (ttl !== '5m' && ttl !== '1h') return { cache: { ttl: null } }
    control?.take('ttl')
    return { cache: { ttl } }
  }
  if (asRecord(f.peek('prompt_cache_breakpoint'))?.mode !== 'explicit') return {}
  f.within('prompt_cache_breakpoint')?.take('mode')
  f.spell('cache', 'prompt_cache_breakpoint')
  return { cache: { ttl: null } }
}

export function writeCache(node: Marked, out: Record<string, unknown>, dropped: Set<string>): void {
  if (node.cache === undefined) return
  const how = spelt(node, 'cache')
  const { ttl } = node.cache
  if (how === 'cache_control') out.cache_control = { type: 'ephemeral', ...(ttl === null ? {} : { ttl }) }
  else if (how === 'prompt_cache_breakpoint') out.prompt_cache_breakpoint = { mode: 'explicit' }
  else dropped.add('cache_control')
}
