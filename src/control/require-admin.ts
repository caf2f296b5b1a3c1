/** `{ admin: true }` on a route: the caller must be the admin, and the body JSON of a bounded size. */
import { Elysia } from 'elysia'
import { readJsonBody } from './json-body.ts'
import type { ControlServices } from './services.ts'

const maxBodyBytes = 64 * 1024

export const requireAdmin = ({ admin }: ControlServices) =>
  new Elysia({ name: 'control/require-admin' }).macro({
    admin: {
      // Before Elysia's own parsing, which would take any size and also text/plain. Nobody else's body is read at all.
      parse({ request }) {
        admin.judgeWrite(request)
        return readJsonBody(request, maxBodyBytes)
      },
      // The same again, since a route that declares no body is not parsed.
      transform({ request }) {
        admin.judgeWrite(request)
      },
    },
  })
