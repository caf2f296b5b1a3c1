/**
 * The tools of this API that have a type instead of a name and are run by the client: a command, a shell, a patch. Every model
 * that has been trained on them knows them; others get a function with the arguments that such a call has.
 */
import type { FunctionTool } from '../../neutral/request.ts'
import { asRecord, asString, parseJsonExactly, type JsonRecord } from '../fields.ts'
import { exactly, reading, texts } from './carried.ts'

interface Builtin {
  readonly description: string
  readonly schema: JsonRecord
  /** Where a call has its arguments. */
  readonly field: 'action' | 'operation'
  /** The arguments of a model as the call has them; null when they are no such call. */
  readonly action: (args: JsonRecord) => JsonRecord | null
  /** The same while the call is only beginning. */
  readonly begun: (action: JsonRecord) => JsonRecord
}

export type BuiltinType = 'local_shell' | 'shell' | 'apply_patch'

const text = { type: 'string' } as const
const textList = { type: 'array', items: text } as const
const milliseconds = { type: 'integer', description: 'Milliseconds after which it is stopped.' } as const

const objectOf = (properties: JsonRecord, required: readonly string[]): JsonRecord => ({
  type: 'object',
  properties,
  required,
  additionalProperties: false,
})

export const builtins: Readonly<Record<BuiltinType, Builtin>> = {
  local_shell: {
    description: "Runs a program on the user's computer and gives back what it printed.",
    schema: objectOf(
      {
        command: { ...textList, description: 'The program and its arguments, one text each. No shell reads them.' },
        env: { type: 'object', additionalProperties: text, description: 'Environment variables to set.' },
        timeout_ms: milliseconds,
        user: { ...text, description: 'Who to run it as.' },
        working_directory: text,
      },
      ['command'],
    ),
    field: 'action',
    action: (args) =>
      texts(args['command']) === null ? null : { ...args, env: asRecord(args['env']) ?? {}, type: 'exec' },
    begun: (action) => ({ ...action, command: [] }),
  },
  shell: {
    description: "Runs commands in a shell on the user's computer and gives back output and exit code of each.",
    schema: objectOf(
      {
        commands: { ...textList, description: 'Each is a line for the shell.' },
        max_output_length: { type: 'integer', description: 'Characters of output to give back at most.' },
        timeout_ms: milliseconds,
      },
      ['commands'],
    ),
    field: 'action',
    action: (args) =>
      texts(args['commands']) === null ? null : { max_output_length: null, timeout_ms: null, ...args },
    begun: (action) => ({ ...action, commands: [] }),
  },
  apply_patch: {
    description: [
      'Creates, changes or deletes one file.',
      '`diff` of `create_file`: all lines of the new file, each after a `+`.',
      '`diff` of `update_file`: for each change a line `@@`, which may name the class or function that the change is in',
      '(`@@ def total():`), and then the lines around and in it: kept ones after a blank, removed ones after a `-`,',
      'added ones after a `+`. Give three kept lines before and after a change, and no line numbers.',
      '`delete_file` has no `diff`.',
    ].join(' '),
    schema: objectOf(
      {
        type: { type: 'string', enum: ['create_file', 'update_file', 'delete_file'] },
        path: { ...text, description: 'From the root of the workspace.' },
        diff: text,
      },
      ['type', 'path'],
    ),
    field: 'operation',
    action: operationOf,
    begun: (operation) => ('diff' in operation ? { ...operation, diff: '' } : operation),
  },
}

function operationOf({ type, path, diff }: JsonRecord): JsonRecord | null {
  if (typeof path !== 'string') return null
  if (type === 'delete_file') return { type, path }
  return (type === 'create_file' || type === 'update_file') && typeof diff === 'string' ? { type, path, diff } : null
}

export const isBuiltin = (type: string | undefined): type is BuiltinType => type !== undefined && type in builtins

/** The built-in type of a tool that the client runs; null for all others, and for a shell in a container of the provider's. */
export function builtinIn(tool: JsonRecord): BuiltinType | null {
  const type = asString(tool['type']) ?? ''
  if (!isBuiltin(type)) return null
  const environment = asRecord(tool['environment'])
  return environment === null || environment['type'] === 'local' ? type : null
}

export function readBuiltin(record: JsonRecord, type: BuiltinType, name: string): FunctionTool {
  const tool = reading(record)
  tool.take('type', asString)
  const isLocal = tool.take('environment', (value) => exactly(value, ['type'])) !== null
  const { description, schema } = builtins[type]
  const carried = tool.kept({ type, ...(isLocal && { environment: 'local' }) })
  return { type: 'function', name, description, schema, isStrict: null, carried }
}

/** @param spelling Of a tool that was read from this dialect. */
export const writeBuiltin = (spelling: Readonly<Record<string, string>>, fields: JsonRecord): JsonRecord => ({
  type: spelling['type'],
  ...(spelling['environment'] !== undefined && { environment: { type: 'local' } }),
  ...fields,
})

/** @returns null when the words are no JSON object, or none that such a call can have. */
export function actionIn(type: BuiltinType, words: string): JsonRecord | null {
  const args = asRecord(parseJsonExactly(words))
  return args === null ? null : builtins[type].action(args)
}
