/** A JSON body of a bounded size, read before Elysia's own parsing, which would take any size and also text/plain. */
import { AppError } from '../neutral/error.ts'

/** @returns `{}` for an empty one. @throws AppError `too-large`, `invalid-request`. */
export async function readJsonBody(request: Request, maxBytes: number): Promise<unknown> {
  const tooLarge = () => new AppError('too-large', `The body is larger than ${maxBytes / 1024} KiB.`)
  if (Number(request.headers.get('content-length') ?? 0) > maxBytes) throw tooLarge()
  const chunks: Uint8Array[] = []
  let size = 0
  for await (const chunk of request.body ?? []) {
    size += chunk.byteLength
    if (size > maxBytes) throw tooLarge()
    chunks.push(chunk)
  }
  try {
    return size === 0 ? {} : JSON.parse(Buffer.concat(chunks).toString())
  } catch (cause) {
    throw new AppError('invalid-request', 'The body is not JSON.', { cause })
  }
}
