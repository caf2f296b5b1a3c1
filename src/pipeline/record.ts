/** Stage 10, record: makes the row of a settled request and has it written before the client sees the end. */
import { Elysia } from 'elysia'
import type { Services } from '../app/services.ts'
import { respond, type Receipt } from './respond.ts'
import { recordOf } from './settlement.ts'

export const record = (s: Services) =>
  new Elysia({ name: 'stage/record' })
    .use(respond(s))
    .resolve(({ call }) => ({
      receipt: (async (end) => {
        const row = recordOf(call, end, s.prices)
        await s.books.enter(row)
        return row
      }) as Receipt,
    }))
    .as('scoped')
