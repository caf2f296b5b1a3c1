/** `init`: makes the home and an empty config file; in a terminal it also asks for keys and shows how clients are pointed here. */
import { existsSync } from 'node:fs'
import { storeKey } from '../config/credentials.ts'
import { maskKey } from '../config/mask.ts'
import { resetConfigFile } from '../config/save.ts'
import { clientLines } from './client-lines.ts'
import { command, type Invocation } from './command.ts'
import { readEffective } from './config/effective.ts'
import { otherOwner, readProviders } from './providers.ts'
import { askUnseen } from './secret-input.ts'

export const init = command({
  description: 'Make the config file; in a terminal, also store provider keys and show how clients are pointed here.',
  args: { json: { type: 'boolean', description: 'Ask nothing and print what was made as JSON.' } },
  async run({ json }, invocation) {
    const { environment, print, name } = invocation
    const isNew = !existsSync(environment.paths.config)
    if (isNew) resetConfigFile(environment.paths.config)
    if (json) return print.json({ path: environment.paths.config, isNew })
    if (!print.isInteractive) return
    print.done(`${environment.paths.config} ${isNew ? 'is made' : 'is there already and stays as it is'}.`)
    const effective = readEffective(environment)
    await offerKeys(invocation)
    const { port, apiPort } = effective.config.server
    print.line()
    print.line('Point a client here:')
    for (const { client, line } of clientLines(`http://localhost:${apiPort ?? port}`))
      print.line(`  ${client}: ${line}`)
    print.line()
    print.line(`"${name} start" starts the proxy.`)
  },
})

/** Keys are optional: a client that brings its own needs none here. */
async function offerKeys({ environment, print }: Invocation): Promise<void> {
  const { list } = await readProviders(environment)
  for (const { name, keySource } of list) {
    if (keySource !== null) print.line(`${name}: a key is in ${keySource}.`)
  }
  const missing = list.filter(({ kind, key, keyEnv }) => kind === 'vendor' && key === null && keyEnv.length > 0)
  const { consola } = await import('consola')
  const chosen = await consola.prompt('Store keys for clients that bring none? (space selects, enter goes on)', {
    type: 'multiselect',
    options: missing.map(({ id, name }) => ({ value: id, label: name })),
    required: false,
    cancel: 'null',
  })
  // What the prompt answers: the options chosen, by value or whole, or null.
  const answers: readonly unknown[] = chosen ?? []
  for (const provider of missing.filter(({ id }) => answers.some((answer) => valueOf(answer) === id))) {
    const key = await askUnseen(`Key of ${provider.name} (not shown, empty skips): `)
    if (key === '') continue
    const other = await otherOwner(key, provider)
    if (other !== null) {
      print.warn(`By its beginning this is a key of ${other}; it is not stored.`)
      continue
    }
    storeKey(environment.paths.credentials, provider.id, key)
    print.done(`${maskKey(key)} is stored.`)
  }
}

const valueOf = (answer: unknown): unknown =>
  typeof answer === 'object' && answer !== null && 'value' in answer ? answer.value : answer
