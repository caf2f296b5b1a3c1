/**
 * The values of a filter in an address, as the API reads them: separated by commas, `\,` for a comma and `\\` for a backslash in
 * a value. The same grammar as src/store/parameters.ts; a test holds them together.
 */

export const joinChoices = (values: readonly string[]): string =>
  values.map((value) => value.replaceAll(/[\\,]/g, String.raw`\$&`)).join(',')

export const splitChoices = (text: string): readonly string[] =>
  [...`,${text}`.matchAll(/,((?:\\[\\,]|[^,])*)/g)].map(([, value = '']) => value.replaceAll(/\\([\\,])/g, '$1'))
