/** One way of asking a provider, made into a request: credential, headers, body, URL. */
import type { Services } from '../app/services.ts'
import { AppError } from '../neutral/error.ts'
import type { AttemptRecord } from '../neutral/record.ts'
import { chooseCredential, type Credential } from '../providers/auth.ts'
import { foreignHeaders } from '../providers/foreign-headers.ts'
import type { ApiId } from '../providers/provider.ts'
import { Attempt } from './attempt.ts'
import type { Call } from './call.ts'
import { dispatch, dispatchToCloud, type Outgoing } from './dispatch.ts'
import { edit, type Edited } from './edit.ts'
import { setAside } from './limits.ts'
import type { Reply } from './reply.ts'
import { directUrl, plainApi, translatedUrl, type Destination } from './target.ts'
import { translate, type Translation } from './translation.ts'
import type { Way } from './ways.ts'

/** The call's attempts up to now that failed, and what they taught. */
export interface Before {
  readonly earlier: readonly AttemptRecord[]
  /** The provider has refused what a model had signed. */
  readonly isUnsigned: boolean
}

export const nothingBefore: Before = { earlier: [], isUnsigned: false }

export function ask(
  call: Call,
  destination: Destination,
  way: Way,
  before: Before,
  s: Services,
): Reply | Promise<Reply> {
  const { provider, model } = destination
  if (!way.isTranslated) {
    const edited = edit(call, destination, before.isUnsigned)
    if (edited instanceof AppError) return { kind: 'refused', error: edited }
    return askDirect(call, destination, plainApi(way.api), edited, before, s)
  }
  if (model === null) return { kind: 'refused', error: noModel }
  const translation = translate(call, { provider, model, form: way.form, isUnsigned: before.isUnsigned }, s)
  if (translation instanceof AppError) return { kind: 'refused', error: translation }
  return askTranslated(call, destination, way, translation, translation.body, before, s)
}

const noModel = new AppError('invalid-request', 'The request names no model. Set "model" to a model name (a string).')

/** In the caller's own dialect. */
export function askDirect(
  call: Call,
  destination: Destination,
  api: ApiId | 'raw',
  { headers, body, asksUsage }: Edited,
  before: Before,
  s: Services,
): Reply | Promise<Reply> {
  const url = directUrl(call, destination, api)
  const out = { api, url, headers, body, stripUsage: asksUsage, translation: null }
  return send(call, destination, out, call.search, before, s)
}

/** In the provider's dialect. @param body What goes to it. */
export function askTranslated(
  call: Call,
  destination: Destination,
  way: Way,
  translation: Translation,
  body: Uint8Array,
  before: Before,
  s: Services,
): Reply | Promise<Reply> {
  const headers = foreignHeaders(way.form, call.headers, call.isStream)
  const out = { api: way.api, url: translatedUrl(destination, way), headers, body, stripUsage: false, translation }
  return send(call, destination, out, '', before, s)
}

function send(
  call: Call,
  { provider, addressee, model, by }: Destination,
  out: Outgoing,
  search: string,
  { earlier }: Before,
  s: Services,
): Reply | Promise<Reply> {
  const credential = chooseCredential({
    provider,
    api: plainApi(out.api),
    addressee,
    headers: call.headers,
    search: call.search,
    isTranslated: out.translation !== null,
  })
  if (credential instanceof AppError) return { kind: 'refused', error: credential }
  call.notes.add('forward', `used ${keyNames[credential.kind]}`, `billed as ${credential.billing}`)
  authorize(out.headers, credential)
  // Past the end of the race nothing may be set aside: nobody would take it back.
  if (call.lane?.isLost() === true) return { kind: 'left' }
  const form = out.translation?.form ?? call.dialect
  const target = { provider: provider.id, model, billing: credential.billing, by, form }
  const attempt = new Attempt(target, earlier, s.clock.now(), s.clock.monotonic(), () => isUnwanted(call))
  const aside = setAside(call, target, s)
  if (aside instanceof AppError) return { kind: 'refused', error: aside }
  attempt.expected = aside?.usage ?? null
  // A key that stood in the caller's query is no longer in the credential's.
  const url = search === '' ? out.url : out.url + credential.search
  return provider.cloud === undefined
    ? dispatch(call, attempt, { ...out, url }, s)
    : dispatchToCloud(call, attempt, { ...out, url, provider, model }, s)
}

/** Nobody waits for the answer any more, be it the client or others who asked the same. */
export const isUnwanted = ({ isGone, notes }: Call): boolean => isGone() && !notes.isAwaited()

const keyNames = { caller: "the caller's key", configured: 'the configured key', 'none-needed': 'no key' } as const

function authorize(headers: Headers, { headersToDrop, headersToSet }: Credential): void {
  for (const header of headersToDrop) headers.delete(header)
  for (const [header, value] of headersToSet) {
    // Betas of the client's stay beside ours.
    const before = header === 'anthropic-beta' ? headers.get(header) : null
    if (before?.split(/ *, */).includes(value) === true) continue
    headers.set(header, before === null ? value : `${before},${value}`)
  }
}
