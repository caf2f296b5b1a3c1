/** The cloud platforms, opened: the keys and tokens that they share between requests live here. */
import { AppError } from '../../neutral/error.ts'
import type { Provider } from '../provider.ts'
import { openAwsKeyring } from './aws-credentials.ts'
import { azure } from './azure.ts'
import { bedrock } from './bedrock.ts'
import type { Cloud, Clouds, CloudTools } from './cloud.ts'
import { openGoogleTokens } from './google-token.ts'
import { vertex } from './vertex.ts'

export function openClouds(tools: CloudTools): Clouds {
  const keyring = openAwsKeyring(tools)
  const tokens = openGoogleTokens(tools)
  const cloudOf = ({ cloudSettings }: Provider): Cloud | null => {
    switch (cloudSettings?.kind) {
      case 'azure':
        return azure(cloudSettings)
      case 'bedrock':
        return bedrock(cloudSettings, keyring, tools)
      case 'vertex':
        return vertex(cloudSettings, tokens)
      case undefined:
        return null
    }
  }
  return {
    speaks: (provider, model) => cloudOf(provider)?.speaks(model) ?? null,
    async prepare(request) {
      const { url, headers, body } = request
      try {
        return (await cloudOf(request.provider)?.prepare(request)) ?? { url, headers, body, dropped: [] }
      } catch (fault) {
        if (fault instanceof AppError) return fault
        throw fault
      }
    },
    adapt(response, { provider, api, model }) {
      const cloud = cloudOf(provider)
      return cloud?.adapt(response, api, model === null ? null : cloud.speaks(model).form) ?? response
    },
  }
}
