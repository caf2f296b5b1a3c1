/** The names of scopes: `all`, `session:<id>`, `agent:<name>`, `provider:<id>`, `model:<provider/model>`. */
import { AppError } from '../neutral/error.ts'
import type { Spender } from './ledger.ts'

const nobody: Spender = { session: null, agent: null, provider: '', model: null }

/** @returns Someone whose spend is of this scope and of no other but `all`; null where it is the name of none. */
export function spenderIn(scope: string): Spender | null {
  if (scope === 'all') return nobody
  const [, kind, name = ''] = /^(session|agent|provider|model):(.+)$/s.exec(scope) ?? []
  switch (kind) {
    case 'session':
    case 'agent':
    case 'provider':
      return { ...nobody, [kind]: name }
    case 'model': {
      // The model's own name may hold slashes.
      const slash = name.indexOf('/')
      return slash < 1 ? null : { ...nobody, provider: name.slice(0, slash), model: name.slice(slash + 1) }
    }
    default:
      return null
  }
}

/** @throws AppError `invalid-request`: a misspelt scope would be set back in vain. */
export function judgeScope(scope: string): string {
  if (spenderIn(scope) !== null) return scope
  throw new AppError(
    'invalid-request',
    `scope is ${JSON.stringify(scope.slice(0, 60))}; it can be all, session:<id>, agent:<name>, provider:<id> or model:<provider/model>.`,
  )
}
