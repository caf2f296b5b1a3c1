/** All settings of the money guard as one JSON object; secrets are shown masked and come back as they were. */
import { Elysia } from 'elysia'
import { withoutMasks, maskSecrets } from '../config/mask.ts'
import { ConfigError } from '../config/error.ts'
import { validate } from '../config/validate.ts'
import { GuardSettings } from './guard-shapes.ts'
import { readRefusals, SettingsPart, takesNone, writeRefusals } from './parameters.ts'
import { requireAdmin } from './require-admin.ts'
import type { ControlServices } from './services.ts'

export const guardSettings = (services: ControlServices) =>
  new Elysia({ name: 'control/guard-settings', normalize: false })
    .use(requireAdmin(services))
    .get(
      '/settings/guard',
      ({ request }) => {
        takesNone(request)
        return masked(services.guard.settings())
      },
      { response: { 200: GuardSettings, ...readRefusals } },
    )
    .put(
      '/settings/guard',
      async ({ request, body }) => {
        takesNone(request)
        return masked(await changeGuard(services, body))
      },
      { admin: true, body: SettingsPart, response: { 200: GuardSettings, ...writeRefusals } },
    )

/**
 * Merges a part of the settings over what is set.
 * @throws AppError `invalid-request` with every name that is no setting, or every fault of the outcome.
 */
export async function changeGuard({ guard }: ControlServices, part: unknown): Promise<GuardSettings> {
  const { unknown } = validate(GuardSettings, part)
  if (unknown.length > 0) throw new ConfigError('The change', unknown.map(withoutRemark))
  return guard.changeSettings(withoutMasks(part, guard.settings()))
}

/** In a file what is unknown is passed over; here it is refused. */
const withoutRemark = (sentence: string): string => sentence.replace(/; it is ignored\.$/, '')

const masked = (settings: GuardSettings): GuardSettings => maskSecrets(settings) as GuardSettings
