/** Usage as this dialect counts it: cached tokens inside the prompt's, reasoning inside the completion's. */
import type { Carried } from '../../neutral/message.ts'
import { totalInputTokens, type Usage } from '../../neutral/usage.ts'
import { asRecord, type JsonRecord } from '../fields.ts'
import type { Fields } from './carry.ts'

export function writeUsage(usage: Usage): Record<string, unknown> {
  const prompt = totalInputTokens(usage)
  const written = usage.cacheWrite5mTokens + usage.cacheWrite1hTokens
  const image = usage.imageOutputTokens === 0 ? {} : { image_tokens: usage.imageOutputTokens }
  return {
    prompt_tokens: prompt,
    completion_tokens: usage.outputTokens,
    total_tokens: prompt + usage.outputTokens,
    prompt_tokens_details: {
      cached_tokens: usage.cacheReadTokens,
      audio_tokens: usage.audioInputTokens + usage.cacheReadAudioTokens,
      // OpenAI's newer models and OpenRouter say so too.
      ...(written === 0 ? {} : { cache_write_tokens: written }),
    },
    completion_tokens_details: {
      reasoning_tokens: usage.reasoningTokens,
      audio_tokens: usage.audioOutputTokens,
      ...image,
    },
    ...(usage.webSearches === 0 ? {} : { server_tool_use: { web_search_requests: usage.webSearches } }),
  }
}

/** Counts that the provider counts otherwise, as it wrote them. */
export function respell(out: Record<string, unknown>, { carried }: { readonly carried?: Carried }): void {
  for (const [path, how] of Object.entries(carried?.spelling ?? {})) {
    const [first, ...names] = path.split('.')
    const last = names.pop()
    if (first !== 'usage' || last === undefined || how === 'absent') continue
    let at: unknown = out.usage
    for (const name of names) at = asRecord(at)?.[name]
    if (asRecord(at) !== null) Object.assign(at as object, { [last]: Number(how) })
  }
}

/** Carries what the counts that were understood would not write again, field by field: costs, times, other counts. */
export function carryUsage(reply: Fields, usage: Usage): void {
  const given = reply.record('usage')
  if (given !== null) carryDifference(reply, 'usage', given, writeUsage(usage))
  else reply.spell('usage', 'absent')
}

function carryDifference(reply: Fields, path: string, given: JsonRecord, written: JsonRecord): void {
  for (const [name, value] of Object.entries(given)) {
    if (value === written[name]) continue
    const [a, b] = [asRecord(value), asRecord(written[name])]
    if (a !== null && b !== null) carryDifference(reply, `${path}.${name}`, a, b)
    else if (typeof value === 'number' && written[name] !== undefined) reply.spell(`${path}.${name}`, String(value))
    else reply.keep(`${path}.${name}`, value)
  }
  for (const name of Object.keys(written)) if (!Object.hasOwn(given, name)) reply.spell(`${path}.${name}`, 'absent')
}
