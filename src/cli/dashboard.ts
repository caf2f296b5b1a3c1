/** `dashboard`: a link that logs the browser in once, and the browser opened on it. */
import { AppError } from '../neutral/error.ts'
import { command, jsonArg } from './command.ts'
import { findServer } from './remote.ts'

export const dashboard = command({
  description: 'Open the dashboard, logged in for changes by a link that works once.',
  args: {
    print: { type: 'boolean', description: 'Print the link and open nothing.' },
    json: jsonArg,
  },
  async run(args, { environment, print, name }) {
    const server = await findServer(environment)
    if (server === null) throw new AppError('unavailable', `RelayPlane is not running; "${name} start" starts it.`)
    const { url } = (await server.post('/login/link', {})) as { url: string }
    if (args.json) return print.json({ url })
    print.line(url)
    if (!args.print && print.isInteractive) openInBrowser(url)
  },
})

/** Best effort: the link is on the screen in any case. */
function openInBrowser(url: string): void {
  const opener = process.platform === 'darwin' ? 'open' : 'xdg-open'
  if (Bun.which(opener) === null) return
  Bun.spawn([opener, url], { stdin: 'ignore', stdout: 'ignore', stderr: 'ignore' }).unref()
}
