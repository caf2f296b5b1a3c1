/**
 * What the user's own servers have to offer: asked when somebody wants the list of models, never before, and remembered for a
 * moment. A server that is not running has none.
 */
import { revealKey } from './keys.ts'
import type { Provider } from './provider.ts'

export interface LocalModel {
  readonly id: string
  /** Null where the server does not say. */
  readonly contextTokens: number | null
}

export interface LocalModels {
  /** Never rejects. */
  of(provider: Provider): Promise<readonly LocalModel[]>
}

/** A list is asked for by people and at the start of a client: they can't wait for a server that is off. */
const timeoutMs = 1000
const keptMs = 10_000
const maxBytes = 4 * 1024 * 1024

interface Kept {
  readonly askedAt: number
  readonly models: Promise<readonly LocalModel[]>
}

/** @param now Monotonic ms. */
export function openLocalModels(now: () => number): LocalModels {
  const kept = new Map<string, Kept>()
  return {
    of(provider) {
      const url = provider.urls.models ?? `${provider.baseUrl}/models`
      const before = kept.get(url)
      if (before !== undefined && now() - before.askedAt < keptMs) return before.models
      const models = ask(url, provider.key === null ? null : revealKey(provider.key))
      kept.set(url, { askedAt: now(), models })
      return models
    },
  }
}

async function ask(url: string, key: string | null): Promise<readonly LocalModel[]> {
  try {
    const response = await fetch(url, {
      headers: key === null ? {} : { authorization: `Bearer ${key}` },
      redirect: 'manual',
      signal: AbortSignal.timeout(timeoutMs),
    })
    const length = Number(response.headers.get('content-length') ?? 0)
    if (!response.ok || length > maxBytes) return []
    return read(await response.json())
  } catch {
    // Not running, or not what it is taken for: either way it has nothing to offer now.
    return []
  }
}

/** The OpenAI list, as all of them have it; vLLM and LM Studio say the context beside the name. */
function read(body: unknown): readonly LocalModel[] {
  const data = (body as { data?: unknown } | null)?.data
  if (!Array.isArray(data)) return []
  return data.flatMap((entry: unknown) => {
    const model = entry as Readonly<Record<string, unknown>> | null
    if (typeof model?.['id'] !== 'string' || model['id'] === '') return []
    return [{ id: model['id'], contextTokens: contextOf(model) }]
  })
}

function contextOf(model: Readonly<Record<string, unknown>>): number | null {
  const meta = model['meta'] as Readonly<Record<string, unknown>> | null | undefined
  const said = [model['max_model_len'], model['loaded_context_length'], model['max_context_length'], meta?.['n_ctx']]
  return said.find((value): value is number => typeof value === 'number' && value > 0) ?? null
}
