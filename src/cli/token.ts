/** `token`: the admin token, which writes to the running server need. */
import { readFileSync } from 'node:fs'
import { AppError } from '../neutral/error.ts'
import { command, jsonArg } from './command.ts'

export const token = command({
  description: 'Print the admin token that changes to the running server need.',
  args: {
    path: { type: 'boolean', description: 'Print where the token is kept instead.' },
    json: jsonArg,
  },
  run(args, { environment, print, name }) {
    const path = environment.paths.adminToken
    if (args.path) return args.json ? print.json({ path }) : print.line(path)
    const value = readToken(path, name)
    return args.json ? print.json({ path, token: value }) : print.line(value)
  },
})

function readToken(path: string, name: string): string {
  try {
    return readFileSync(path, 'utf8').trim()
  } catch (cause) {
    throw new AppError('not-found', `There is no token at ${path} yet; the first "${name} start" makes it.`, { cause })
  }
}
