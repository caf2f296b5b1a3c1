/** CSV with quoted fields that hold commas, quotes and line ends (RFC 4180). */

export function readCsv(text: string): readonly Readonly<Record<string, string>>[] {
  const [names = [], ...rows] = rowsOf(text)
  return rows
    .filter((row) => row.length === names.length)
    .map((row) => Object.fromEntries(names.map((name, index) => [name, row[index] ?? ''])))
}

function rowsOf(text: string): readonly (readonly string[])[] {
  const rows: string[][] = []
  let row: string[] = []
  // A field with what ends it: quoted, where a doubled quote is one, or plain.
  for (const [, quoted, plain = '', end] of text.matchAll(/(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r?\n|$)/g)) {
    row.push(quoted === undefined ? plain : quoted.replaceAll('""', '"'))
    if (end === ',') continue
    rows.push(row)
    row = []
  }
  return rows
}
