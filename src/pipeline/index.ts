/**
 * The pipeline in its order: the picture in the README, in code. Each stage uses the stages that it reads, so its type
 * breaks when one of them goes. A route only says which paths exist; what a path means is read in parse.
 */
import { Elysia } from 'elysia'
import type { Services } from '../app/services.ts'
import { anomaly } from './anomaly.ts'
import { budget } from './budget.ts'
import { cache } from './cache.ts'
import { classify } from './classify.ts'
import { downgrade } from './downgrade.ts'
import { forward } from './forward.ts'
import { lastResort } from './last-resort.ts'
import { parse } from './parse.ts'
import { record } from './record.ts'
import { respond } from './respond.ts'
import { route } from './route.ts'

export const inference = (s: Services) =>
  new Elysia({ name: 'inference' })
    .onError(({ error, request }) => lastResort(error, request, s.log))
    .use(parse(s))
    .use(cache(s))
    .use(budget(s))
    .use(anomaly(s))
    .use(downgrade(s))
    .use(classify(s))
    .use(route(s))
    .use(forward(s))
    .use(respond(s))
    .use(record(s))
    .all('/*', ({ answer, receipt }) => answer(receipt), { parse: 'none' })
