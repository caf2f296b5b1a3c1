/** Writes docs/config.md from the schema, the table of variables and the provider rows. */
import type { TSchema } from '@sinclair/typebox'
import { join } from 'node:path'
import { otherVariables, settingVariables } from '../src/config/environment.ts'
import { readOnce } from '../src/config/open.ts'
import { ConfigSchema } from '../src/config/schema.ts'
import { expectation } from '../src/config/validate.ts'
import { rows } from '../src/providers/catalog.ts'

export const configDocPath = join(import.meta.dir, '../docs/config.md')

/** The whole document. */
export const configDoc = (): string =>
  `${[
    head,
    '## Settings',
    table(['setting', 'takes', 'default', 'meaning'], settingRows(ConfigSchema, '')),
    keyed('Providers', 'providers', providersText),
    keyed('Prices', 'prices', pricesText),
    '## Variables',
    'A variable that stands for a setting wins over the file and gives way to a flag.',
    table(
      ['variable', 'setting', 'form'],
      settingVariables.map(({ name, setting, form }) => [code(name), code(setting), form]),
    ),
    table(
      ['variable', 'meaning'],
      otherVariables.map(({ name, meaning }) => [code(name), meaning]),
    ),
    'Keys of the built-in providers are read from the variables that their own tools use, the first that is set:',
    table(
      ['provider', 'variables'],
      rows.filter(({ keyEnv }) => keyEnv.length > 0).map(({ id, keyEnv }) => [code(id), keyEnv.map(code).join(', ')]),
    ),
    tail,
  ].join('\n\n')}\n`

const head = `# Configuration

<!-- Written by scripts/write-config-doc.ts from the schema; change that, not this file. -->

Every setting has a default, so no file is needed, and starting the proxy writes none. Settings are kept in
\`~/.relayplane/config.json\`, plain JSON; \`relayplane config path\` prints where. Objects are merged over the defaults, lists
replace them. A value comes from the first of these that has it:

1. a flag of \`relayplane start\`
2. a variable of the environment
3. the config file
4. the default

\`relayplane config\` shows every setting in force and which of these it came from; \`relayplane config set server.port 4200\`
changes one, \`relayplane config validate\` checks the file.`

const providersText = `Built-in providers need no entry; one by their name changes what it mentions. Any other name is a provider of your own.`
const pricesText = `A price under \`provider/model\` takes the place of the one that is shipped. Names with a dot are written
\`prices["openai/gpt-4.1"].inputUsd\` on the command line.`

const tail = `## Keys

A key is looked for in this order: the variable that \`providers.<name>.apiKey\` names (\`env:NAME\`) or else the provider's own
variables above, a key written into the config file, \`credentials.json\`. The last is the place for keys: it lies in the same
directory, can be read by its owner alone (a looser mode is tightened and reported), and is written by
\`relayplane config set-key\`:

\`\`\`json
{ "providers": { "anthropic": { "apiKey": "sk-ant-…" }, "groq": { "apiKey": "env:WORK_GROQ_KEY" } } }
\`\`\`

No command and no endpoint shows more of a key than its beginning and its last four characters.

## Changes while the proxy runs

The config file and \`credentials.json\` are looked at four times a second, so it does not matter how they are saved: in place, by
rename, through a link. A valid change is in force for the next request.
${sentenceOf(readOnce)}

A file that cannot be used changes nothing: the reasons are logged, with the line and column of a syntax error or the path of each wrong value, and the
last good configuration stays in force. Each of the two files stands for itself, and of a \`credentials.json\` that is taken away no
key is used any more.

## When the file is wrong, broken or gone

- A value of the wrong type stops the start, with every fault of the file in one list. Nothing is half applied.
- A name that no setting has is reported with what was probably meant, ignored, and left in the file by every command.
- Inside the entries of a list (\`routing.rules\`, \`budget.limits\`, \`providers.<name>.accounts\`) such a name is a fault like a
  wrong value: a rule without the condition that was misspelt would match everything, and a limit would guard something else.
- Each command that changes the file checks the outcome first, keeps the file before as \`config.json.bak\`, and replaces the
  file in one step.
- A missing file is restored from that backup at the next start; \`relayplane config reset\` starts over instead.
- A file that is no JSON is moved to \`config.json.corrupt-1\` (-2, …) and restored from the backup; without one the defaults
  hold, and the log says so loudly.`

function sentenceOf(names: readonly string[]): string {
  return `${names
    .map(code)
    .join(', ')
    .replace(
      /, ([^,]*)$/,
      ' and $1',
    )} are read at the start alone: a change of theirs is announced and waits for a restart.`
}

function code(text: string): string {
  return `\`${text}\``
}

/** A section for settings that are keyed by names of the user's choice. */
function keyed(title: string, name: 'providers' | 'prices', text: string): string {
  const rowSchema = Object.values(ConfigSchema.properties[name].patternProperties)[0]
  const keys = name === 'providers' ? 'providers.<name>.' : 'prices.<provider/model>.'
  return [`## ${title}`, text, table(['setting', 'takes', 'default', 'meaning'], settingRows(rowSchema, keys))].join(
    '\n\n',
  )
}

function settingRows(schema: TSchema | undefined, prefix: string): readonly (readonly string[])[] {
  const properties = Object.entries((schema?.['properties'] ?? {}) as Record<string, TSchema>)
  const required = (schema?.['required'] ?? []) as readonly string[]
  return properties.flatMap(([key, field]) => {
    if (field['properties']) return settingRows(field, `${prefix}${key}.`)
    const byDefault =
      field.default === undefined ? (required.includes(key) ? 'needed' : 'none') : code(JSON.stringify(field.default))
    const row = [code(prefix + key), takes(field), byDefault, field.description ?? '']
    // What the entries of a list may have stands below it; a table whose rows have settings has a section of its own.
    return [row, ...settingRows(field['items'] as TSchema | undefined, `${prefix}${key}[n].`)]
  })
}

function takes(schema: TSchema): string {
  if (schema['type'] === 'array') return `a list of: ${expectation(schema['items'] as TSchema)}`
  const [row] = Object.values((schema['patternProperties'] ?? {}) as Record<string, TSchema>)
  return row ? `a table from ${schema['expectsKey'] ?? 'a name'} to ${takes(row)}` : expectation(schema)
}

function table(titles: readonly string[], lines: readonly (readonly string[])[]): string {
  const cells = [titles, titles.map(() => '---'), ...lines]
  return cells.map((line) => `| ${line.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`).join('\n')
}

if (import.meta.main) await Bun.write(configDocPath, configDoc())
