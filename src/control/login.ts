/** How a browser gets to write: a link that works once, made with the admin token, turns into a session cookie. */
import { Elysia } from 'elysia'
import { Type } from '@sinclair/typebox'
import { requireAdmin } from './require-admin.ts'
import type { ControlServices } from './services.ts'
import { LoginLink, LoginSession, Refusal } from './shapes.ts'

export const login = (services: ControlServices) =>
  new Elysia({ name: 'control/login', normalize: false })
    .use(requireAdmin(services))
    .post('/login/link', ({ request }) => ({ url: `${originOf(request)}/login?code=${services.admin.newCode()}` }), {
      admin: true,
      body: Type.Object({}, { additionalProperties: false }),
      response: { 200: LoginLink, 400: Refusal, 401: Refusal, 403: Refusal, 415: Refusal, 429: Refusal },
    })
    .get('/login/session', ({ request }) => ({ canWrite: services.admin.isLoggedIn(request) }), {
      response: { 200: LoginSession },
    })
    .get(
      '/login',
      ({ request }) => {
        const code = new URL(request.url).searchParams.get('code') ?? ''
        return new Response(null, {
          status: 302,
          headers: {
            location: '/dashboard/',
            'set-cookie': services.admin.redeem(code),
            'cache-control': 'no-store',
            'referrer-policy': 'no-referrer',
          },
        })
      },
      { query: Type.Object({ code: Type.Optional(Type.String()) }), response: { 401: Refusal } },
    )

/** As the caller reached us: the Host was judged at the door. */
const originOf = (request: Request): string => {
  const { protocol, host } = new URL(request.url)
  return `${protocol}//${request.headers.get('host') ?? host}`
}
