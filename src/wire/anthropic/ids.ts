/** Ids of tool calls: the API takes letters, digits, dashes and underscores. */

/** The id itself where it is legal, else one made of it: the same every time, so that prompt caches hold. */
export function legalId(id: string): string {
  if (/^[a-zA-Z0-9_-]+$/.test(id)) return id
  // The digest keeps apart what the replacement makes alike.
  return `${id.replace(/[^a-zA-Z0-9_-]/g, '_')}_${Bun.hash(id).toString(36)}`
}
