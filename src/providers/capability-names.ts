/**
 * One name for a model that every host calls differently: `us.anthropic.claude-sonnet-4-5-20250929-v1:0`,
 * `claude-sonnet-4-5@20250929` and `anthropic/claude-sonnet-4.5` are all `claude-sonnet-4-5`.
 */

const longestName = 300

/** Vendors that stand before a dot in names of Bedrock, after a region. */
const vendorDot =
  /^(?:(?:us|eu|au|jp|ca|sa|apac|us-gov|global)\.)?(?:anthropic|amazon|meta|mistral|deepseek|openai|qwen|moonshot|moonshotai|minimax|zai|nvidia|google|cohere|ai21|writer|stability)\./

/** A route or an offer of a host, not another model. */
const offer = /:(?:free|nitro|floor|online|exacto|extended|beta|batch|latest)$/

const date = /-(?:20\d{2}-?[01]\d-?[0-3]\d)(?=-|$)/

/** No vendor, host, date or version of the interface; lower case, points as dashes. */
export function canonicalName(name: string): string {
  const last = name.slice(0, longestName).trim().toLowerCase().split('/').at(-1) ?? ''
  const plain = last
    .replace(/^~/, '')
    .replace(/^ft:([^:]+).*$/, '$1')
    .replace(vendorDot, '')
    .replace(offer, '')
    .replace(/-v\d+(?::\d+)*$/, '')
    .replace(/-maas$/, '')
    .replace(/@(?=\d)/, '-')
    .replace(/@.*$/, '')
    .replaceAll(':', '-')
    // `kimi-k2p6`, `llama-v3p1`: names of Fireworks.
    .replace(/^llama-v(?=\d)/, 'llama-')
    .replace(/(\d)p(?=\d)/g, '$1.')
    .replace(/(\d)\.(?=\d)/g, '$1-')
  return plain.replace(date, '')
}

/**
 * The forms to look a model up by, most exact first: as it is, without its host's additions, then shorter and shorter. A
 * version is never cut off: `opus-4-9` is not `opus-4`.
 */
export function nameForms(model: string): readonly string[] {
  const canonical = canonicalName(model)
  const forms = [model.slice(0, longestName).trim().toLowerCase(), canonical]
  let parts = canonical.split('-')
  while (parts.length > 2 && !/^\d{1,2}$/.test(parts.at(-1) ?? '')) {
    parts = parts.slice(0, -1)
    const shorter = parts.join('-')
    forms.push(shorter, `${shorter}-latest`)
  }
  return [...new Set(forms)]
}
