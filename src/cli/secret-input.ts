/** Getting a key without leaving it in the shell's history or on the screen: from a pipe, or typed unseen. */
import { UsageError } from './command.ts'

/** All of standard input, without the line end that `echo` adds. */
export const readPiped = async (): Promise<string> => (await Bun.stdin.text()).trim()

const enter: readonly string[] = ['\r', '\n', '\u0004']
const erase: readonly string[] = ['\u007F', '\b']
const interrupt = '\u0003'

/**
 * Asks on the terminal and shows nothing of what is typed.
 * @throws UsageError when it is interrupted.
 */
export async function askUnseen(question: string): Promise<string> {
  const { stdin, stderr } = process
  // Before the question: whoever answers at once must not see the key either.
  stdin.setRawMode(true)
  stderr.write(question)
  // A prompt before this one may have let go of it.
  stdin.ref()
  stdin.resume()
  try {
    return (await readTyped(stdin)).trim()
  } finally {
    stdin.setRawMode(false)
    stdin.pause()
    stdin.unref()
    stderr.write('\n')
  }
}

function readTyped(stdin: NodeJS.ReadStream): Promise<string> {
  const { promise, resolve, reject } = Promise.withResolvers<string>()
  let typed = ''
  const read = (chunk: Buffer | string) => {
    for (const character of String(chunk)) {
      if (character === interrupt) return reject(new UsageError('Nothing was stored.'))
      if (enter.includes(character)) return resolve(typed)
      typed = erase.includes(character) ? typed.slice(0, -1) : typed + character
    }
  }
  stdin.on('data', read)
  return promise.finally(() => stdin.off('data', read))
}
