/** Whether anything but the name in a request may have a say in where it goes: asked for each, so it costs next to nothing. */
import type { Services } from '../app/services.ts'

type Settings = ReturnType<Services['config']>

const suffixed = /:(?:cost|fast|quality)$/i
const aliased = /^(?:rp|relayplane):/i

/** Whether a name is an alias, or may be one with a suffix: what it means has to be decided. */
export function isNoModel(name: string | null, { routing }: Settings): boolean {
  if (name === null) return false
  return (name.includes(':') && (aliased.test(name) || suffixed.test(name))) || Object.hasOwn(routing.aliases, name)
}

export function mayRoute(name: string | null, settings: Settings): boolean {
  const { enabled, routing, modelOverrides } = settings
  if (!enabled) return false
  if (routing.mode !== 'passthrough' || routing.rules.length > 0 || isNoModel(name, settings)) return true
  for (const _ in modelOverrides) return true
  return false
}
