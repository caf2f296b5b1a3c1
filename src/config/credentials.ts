/**
 * Provider keys, apart from the settings: `credentials.json`, readable by its owner alone. Nothing here is ever shown; a file
 * that cannot be used is reported and changes nothing: at the start it leaves callers to bring their own keys.
 */
import { type Static, Type } from '@sinclair/typebox'
import { chmodSync, statSync } from 'node:fs'
import type { Log } from '../lib/log.ts'
import type { Environment } from './environment.ts'
import { ConfigError } from './error.ts'
import { type JsonFile, readJsonFile } from './load.ts'
import { withLock } from './lock.ts'
import { fileMode } from './paths.ts'
import { makeDirectoryOf, replaceFile } from './save.ts'
import { type Config, deepFreeze, emptyTable, providerNamePattern } from './schema.ts'
import { isJsonObject, valueAt, withoutValueAt, withValueAt } from './setting-path.ts'
import { validate, type Verdict } from './validate.ts'

const CredentialsSchema = Type.Object({
  providers: Type.Optional(
    Type.Record(Type.String({ pattern: providerNamePattern }), Type.Object({ apiKey: Type.String({ minLength: 1 }) }), {
      additionalProperties: false,
      expectsKey: 'a provider name',
    }),
  ),
})

type Held = Readonly<NonNullable<Static<typeof CredentialsSchema>['providers']>>

/** Keys by provider. */
export type Credentials = Readonly<Record<string, string>>

/**
 * The keys of credentials.json, each either the key itself or `env:NAME`; none where the file is gone.
 * @param inForce What stays where the file cannot be used; null at the start.
 */
export function readCredentials(environment: Environment, log: Log, inForce: Credentials | null = null): Credentials {
  const { credentials: path } = environment.paths
  const file = readKeys(path, log)
  if (file.kind === 'unusable') {
    const consequence = inForce === null ? 'so no key in it is' : 'so the keys that it held stay in force'
    log.error(`${path} cannot be used, ${consequence}: ${file.problems.join('; ')}`)
    return inForce ?? deepFreeze(emptyTable() as Record<string, string>)
  }
  const keys = emptyTable() as Record<string, string>
  for (const [provider, { apiKey }] of Object.entries(file.held)) {
    const name = variableIn(apiKey)
    const key = name === undefined ? apiKey : environment.variables[name]
    if (key === undefined) log.warn(`${path}: the variable ${name}, named for ${provider}, is not set.`)
    else keys[provider] = key
  }
  return deepFreeze(keys)
}

/** @returns Sentences about keys in the settings: one that is written out there, one that names a variable which is not set. */
export const remarksOnKeys = (config: Config, environment: Environment): readonly string[] =>
  Object.entries(config.providers).flatMap(([provider, { apiKey }]) => {
    const where = `providers.${provider}.apiKey`
    const name = apiKey && variableIn(apiKey)
    if (apiKey === undefined || (name && environment.variables[name] !== undefined)) return []
    if (name) return [`${where}: the variable ${name} is not set.`]
    return [`${where} holds the key itself; "relayplane config set-key" keeps it in credentials.json.`]
  })

const variableIn = (apiKey: string): string | undefined => /^env:(.+)$/.exec(apiKey)?.[1]

/** @throws ConfigError where the file is there and cannot be read as credentials; it is left as it is. */
export function storeKey(path: string, provider: string, apiKey: string): void {
  makeDirectoryOf(path)
  withLock(path, () => {
    const next = withValueAt(heldFile(path), ['providers', provider, 'apiKey'], apiKey)
    const { errors } = validate(CredentialsSchema, next)
    if (errors.length > 0) throw new ConfigError(path, errors)
    replaceFile(path, `${JSON.stringify(next, undefined, 2)}\n`)
  })
}

/** @returns False where there was no such key. */
export function forgetKey(path: string, provider: string): boolean {
  if (valueAt(heldFile(path), ['providers', provider]) === undefined) return false
  return withLock(path, () => {
    const next = withoutValueAt(heldFile(path), ['providers', provider])
    replaceFile(path, `${JSON.stringify(next, undefined, 2)}\n`)
    return true
  })
}

function heldFile(path: string): unknown {
  const file = readJsonFile(path)
  if (file.kind === 'broken') throw new ConfigError(path, [file.problem])
  return file.kind === 'value' && isJsonObject(file.value) ? file.value : {}
}

type CredentialsFile =
  | { readonly kind: 'usable'; readonly held: Held }
  | { readonly kind: 'unusable'; readonly problems: readonly string[] }

function readKeys(path: string, log: Log): CredentialsFile {
  const file = readOrExplain(path)
  if (file.kind === 'absent') return { kind: 'usable', held: {} }
  tightenMode(path, log)
  const { value, errors, unknown } =
    file.kind === 'value' ? validate(CredentialsSchema, file.value) : unread(file.problem)
  for (const stray of unknown) log.warn(`${path}: ${stray}`)
  if (errors.length > 0) return { kind: 'unusable', problems: errors }
  return { kind: 'usable', held: (value as Static<typeof CredentialsSchema>).providers ?? {} }
}

const unread = (problem: string): Verdict => ({ value: {}, errors: [problem], unknown: [] })

function readOrExplain(path: string): JsonFile {
  try {
    return readJsonFile(path)
  } catch (fault) {
    if (fault instanceof ConfigError) return { kind: 'broken', problem: fault.problems.join('; ') }
    throw fault
  }
}

function tightenMode(path: string, log: Log): void {
  try {
    const mode = statSync(path).mode & 0o777
    if ((mode & 0o077) === 0) return
    chmodSync(path, fileMode)
    log.warn(`${path} could be read by others (mode ${mode.toString(8).padStart(4, '0')}); its mode is 0600 now.`)
  } catch {
    log.warn(`${path} may be readable by others, and its mode cannot be changed.`)
  }
}
