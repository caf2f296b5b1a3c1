/** A kept answer as the stages see it. */
import type { Services } from '../app/services.ts'

export type Kept = NonNullable<Awaited<ReturnType<Services['responses']['get']>>>

export type KeptForm = Kept['form']
