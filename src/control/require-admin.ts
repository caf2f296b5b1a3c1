/** `{ admin: true }` on a route: the caller must be the admin, and the body JSON of a bounded size. */
import { Elysia } from 'elysia'
import { AppError } from '../neutral/error.ts'
import type { ControlServices } from './services.ts'

const maxBodyBytes = 64 * 1024

export const requireAdmin = ({ admin }: ControlServices) =>
  new Elysia({ name: 'control/require-admin' }).macro({
    admin: {
      // Before Elysia's own parsing, which would take any size and also text/plain. Nobody else's body is read at all.
      parse({ request }) {
        admin.judgeWrite(request)
        return readBody(request)
      },
      // The same again, since a route that declares no body is not parsed.
      transform({ request }) {
        admin.judgeWrite(request)
      },
    },
  })

async function readBody(request: Request): Promise<unknown> {
  const tooLarge = () => new AppError('too-large', `The body is larger than ${maxBodyBytes / 1024} KiB.`)
  if (Number(request.headers.get('content-length') ?? 0) > maxBodyBytes) throw tooLarge()
  const chunks: Uint8Array[] = []
  let size = 0
  for await (const chunk of request.body ?? []) {
    size += chunk.byteLength
    if (size > maxBodyBytes) throw tooLarge()
    chunks.push(chunk)
  }
  try {
    return size === 0 ? {} : JSON.parse(Buffer.concat(chunks).toString())
  } catch (cause) {
    throw new AppError('invalid-request', 'The body is not JSON.', { cause })
  }
}
