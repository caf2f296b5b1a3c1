/** What the playground's form asks: a whole request as it was pasted, or one made of a prompt and a model; settings to try beside it. */

export interface PlayForm {
  readonly endpoint: string
  /** A JSON body, or the words of a prompt. */
  readonly text: string
  /** For a prompt; over a body's own where it is not empty. */
  readonly model: string
  readonly agent: string
  /** `provider/model` that has answered before; empty for a new conversation. */
  readonly home: string
  readonly cachedTokens: string
  /** Empty: as in force. */
  readonly mode: string
  /** `routing` as the config file has it, JSON; empty for nothing. */
  readonly routing: string
}

export const endpoints = ['/v1/messages', '/v1/chat/completions', '/v1/responses'] as const
export const modes = ['passthrough', 'complexity', 'cascade', 'auto'] as const

export const emptyForm: PlayForm = {
  endpoint: endpoints[0],
  text: '',
  model: 'claude-opus-4-6',
  agent: '',
  home: '',
  cachedTokens: '',
  mode: '',
  routing: '',
}

export type Asked<T> = { readonly kind: 'ask'; readonly ask: T } | { readonly kind: 'fault'; readonly sentence: string }

export interface TrialAsk {
  readonly settings: { readonly routing: Readonly<Record<string, unknown>> }
}

export function trialOf({ mode, routing }: Pick<PlayForm, 'mode' | 'routing'>): Asked<TrialAsk> {
  const own = routing.trim() === '' ? {} : readObject(routing)
  if (own === null) return fault('The settings are no JSON object such as {"mode": "auto"}.')
  return { kind: 'ask', ask: { settings: { routing: mode === '' ? own : { ...own, mode } } } }
}

export interface PlayAsk extends TrialAsk {
  readonly endpoint: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: unknown
  readonly home?: { readonly model: string; readonly cachedTokens: number }
}

export function playOf(form: PlayForm): Asked<PlayAsk> {
  const trial = trialOf(form)
  if (trial.kind === 'fault') return trial
  const body = bodyOf(form)
  if (typeof body === 'string') return fault(body)
  const home = form.home.trim()
  const cachedTokens = Number(form.cachedTokens.trim() || 0)
  if (home !== '' && !/^[^/]+\/./.test(home)) return fault('Who has answered before is written provider/model.')
  if (!Number.isInteger(cachedTokens) || cachedTokens < 0) return fault('The cached tokens are a whole number.')
  const agent = form.agent.trim()
  return {
    kind: 'ask',
    ask: {
      endpoint: form.endpoint,
      headers: agent === '' ? {} : { 'x-relayplane-agent': agent },
      body,
      ...trial.ask,
      ...(home === '' ? {} : { home: { model: home, cachedTokens } }),
    },
  }
}

/** @returns A sentence where it makes no request. */
function bodyOf({ text, model, endpoint }: PlayForm): Readonly<Record<string, unknown>> | string {
  const trimmed = text.trim()
  if (trimmed === '') return 'Paste a request, or type a prompt.'
  const isBody = trimmed.startsWith('{')
  const body = isBody ? readObject(trimmed) : null
  if (isBody && body === null) return 'It begins as JSON and is none. Whole requests are pasted as their JSON body.'
  const named = model.trim() === '' ? {} : { model: model.trim() }
  if (body !== null) return 'model' in body ? body : { ...body, ...named }
  if (model.trim() === '') return 'A prompt needs a model.'
  return endpoint.endsWith('/responses')
    ? { ...named, input: trimmed }
    : { ...named, messages: [{ role: 'user', content: trimmed }] }
}

function readObject(text: string): Readonly<Record<string, unknown>> | null {
  try {
    const value: unknown = JSON.parse(text)
    const isObject = typeof value === 'object' && value !== null && !Array.isArray(value)
    return isObject ? (value as Readonly<Record<string, unknown>>) : null
  } catch {
    return null
  }
}

const fault = (sentence: string) => ({ kind: 'fault', sentence }) as const
