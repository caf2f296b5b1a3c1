/** A request for a model behind the Gemini API. */
import type { NeutralRequest } from '../../neutral/request.ts'
import type { Target, Written } from '../translator.ts'
import { writeConfig } from './config.ts'
import { writeContents, writeSystem } from './contents.ts'
import { restore, spelled, type JsonObject } from './reading.ts'
import { writeToolConfig } from './tool-choice.ts'
import { writeTools } from './tools.ts'
import type { Turns } from './turns.ts'

export function writeRequest(request: NeutralRequest, target: Target): Written {
  const dropped = new Set<string>()
  const isOwn = request.carried?.dialect === 'gemini'
  const turns: Turns = { request, target, isOwn, dropped }
  const tools = writeTools(turns)
  const hasFunctions = request.tools.some(({ type }) => type === 'function' || type === 'custom')
  const out: JsonObject = {}
  const add = (name: string, value: unknown) => {
    if (value !== undefined) out[name] = value
  }
  // The order of Google's own examples: what stays the same from turn to turn first.
  add('systemInstruction', writeSystem(turns))
  add('tools', tools)
  add('toolConfig', writeToolConfig(turns, tools))
  add('contents', writeContents(turns))
  add('generationConfig', writeConfig(turns, hasFunctions))
  addOptions(turns, add)
  add('model', spelled(request.carried, 'model'))
  restore(out, request.carried)
  const body = spelled(request.carried, 'wrapped') === undefined ? out : { generateContentRequest: out }
  return { body, dropped: [...dropped] }
}

function addOptions({ request, isOwn, dropped }: Turns, add: (name: string, value: unknown) => void): void {
  const { serviceTier, store, verbosity, cacheKey, userId, metadata } = request.options
  if (isOwn) {
    if (serviceTier !== null) add('serviceTier', serviceTier)
    if (store !== null) add('store', store)
  } else {
    // Answers are not kept for later, so that only a wish for it is lost.
    if (store === true) dropped.add('store')
    if (serviceTier !== null) addTier(serviceTier, dropped, add)
  }
  if (verbosity !== null) dropped.add('verbosity')
  if (cacheKey !== null) dropped.add('cache_key')
  if (userId !== null) dropped.add('user')
  if (metadata !== null && Object.keys(metadata).length > 0) dropped.add('metadata')
}

/** `auto` leaves it to the provider, which is what saying nothing does. */
function addTier(tier: string, dropped: Set<string>, add: (name: string, value: unknown) => void): void {
  const word = tiers[tier]
  if (word !== undefined) add('serviceTier', word)
  else if (tier !== 'auto') dropped.add('service_tier')
}

const tiers: Readonly<Record<string, string>> = {
  flex: 'flex',
  priority: 'priority',
  default: 'standard',
  standard: 'standard',
  standard_only: 'standard',
}
