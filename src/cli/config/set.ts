/** `config set <name> <value>`: one setting in the file, judged before it is written. */
import { maskSecrets } from '../../config/mask.ts'
import { ConfigSchema } from '../../config/schema.ts'
import { type SettingPath, withValueAt } from '../../config/setting-path.ts'
import { judge, schemaAt } from '../../config/validate.ts'
import { command, jsonArg, UsageError } from '../command.ts'
import { changeSetting } from './change.ts'
import { settingPath } from './effective.ts'
import { shownValue } from './show.ts'

export const set = command({
  description: 'Change one setting in the config file; a running server takes it over.',
  args: {
    name: { type: 'positional', required: true, description: 'Such as server.port or providers.groq.baseUrl.' },
    value: { type: 'positional', required: true, description: 'JSON (4200, true, null, ["a"]), or a word as it is.' },
    json: jsonArg,
  },
  async run({ name, value: text, json }, invocation) {
    const path = settingPath(name)
    const value = readValue(path, text)
    const shown = maskSecrets(value, path.at(-1))
    const done = `${name} is ${shownValue(shown)} now.`
    await changeSetting(name, done, invocation, (held) => withValueAt(held, path, value))
    if (json) invocation.print.json({ name, value: shown })
    if (path.at(-1) === 'apiKey' && !text.startsWith('env:')) {
      invocation.print.warn(
        `"${invocation.name} config set-key" keeps keys apart from the settings, in credentials.json.`,
      )
    }
  },
})

/**
 * JSON where that is what the setting takes: `null` where it may be null, whatever begins with a double quote. A bare word, or
 * digits for a setting of letters, is text.
 */
export function readValue(path: SettingPath, text: string): unknown {
  const schema = schemaAt(ConfigSchema, path)
  const takes = (value: unknown) => schema !== undefined && judge(schema, path, value) === undefined
  if (text === 'null' && takes(null)) return null
  if (!text.startsWith('"') && takes(text)) return text
  try {
    return JSON.parse(text) as unknown
  } catch {
    if (text.startsWith('"')) throw new UsageError('The value begins with a double quote, and is no JSON string.')
    return text // Judged, and refused with its reason, before it is written.
  }
}
