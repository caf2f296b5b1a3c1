/** Of whom a limit or an alert is, as the dashboard's filters: `all`, `session:<id>`, `agent:<name>`, `model:<provider/model>`. Pure. */
import type { View } from './view.ts'

/** @returns The filters that show the requests of a scope; none for `all` and for what no filter knows. */
export function filtersOf(scope: string): View['filters'] {
  const colon = scope.indexOf(':')
  const [kind, name] = [scope.slice(0, colon), scope.slice(colon + 1)]
  if (colon < 0 || name === '') return {}
  if (kind === 'session' || kind === 'agent' || kind === 'provider') return { [kind]: [name] }
  if (kind !== 'model') return {}
  const slash = name.indexOf('/')
  return slash < 0 ? { model: [name] } : { provider: [name.slice(0, slash)], model: [name.slice(slash + 1)] }
}
