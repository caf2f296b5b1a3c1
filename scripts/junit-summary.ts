/**
 * Counts what `bun test --reporter=junit` wrote and names what failed or was skipped.
 * Usage: junit-summary.ts REPORT [EXIT_STATUS_OF_BUN_TEST]. The last line is "N passed, N failed, N skipped".
 */
type Outcome = 'passed' | 'failed' | 'skipped'

interface TestCase {
  readonly name: string
  readonly outcome: Outcome
}

export function readCases(xml: string): TestCase[] {
  return [...xml.matchAll(/<testcase\b([^>]*?)(?:\/>|>([\s\S]*?)<\/testcase>)/g)].map(
    ([, attributes = '', body = '']) => ({
      name: [attribute(attributes, 'file'), describedBy(attributes), attribute(attributes, 'name')]
        .filter((part) => part !== '')
        .join(' > '),
      outcome: /<(failure|error)\b/.test(body) ? 'failed' : /<skipped\b/.test(body) ? 'skipped' : 'passed',
    }),
  )
}

/** Bun names the enclosing `describe` blocks from the innermost outwards. */
function describedBy(attributes: string): string {
  return attribute(attributes, 'classname').split(' > ').toReversed().join(' > ')
}

function attribute(attributes: string, name: string): string {
  const escaped = new RegExp(`\\b${name}="([^"]*)"`).exec(attributes)?.[1] ?? ''
  const characters: Record<string, string> = { lt: '<', gt: '>', quot: '"', apos: "'", amp: '&' }
  return escaped.replace(/&(lt|gt|quot|apos|amp);/g, (whole, entity: string) => characters[entity] ?? whole)
}

if (import.meta.main) {
  const [report = '', status = '0'] = process.argv.slice(2)
  const xml = await Bun.file(report)
    .text()
    .catch(() => '')
  const cases = readCases(xml)
  const named = (outcome: Outcome) => cases.filter((test) => test.outcome === outcome)

  for (const test of named('skipped')) console.log(`SKIPPED  ${test.name}`)
  for (const test of named('failed')) console.log(`FAILED   ${test.name}`)

  let failed = named('failed').length
  if (cases.length === 0) {
    console.log('FAILED   there is no test report: bun test ended before it could write one')
    failed = 1
  } else if (failed === 0 && status !== '0') {
    // A file that doesn't load, or an error outside a test, is in the exit status but not in the report.
    console.log(`FAILED   bun test ended with status ${status} though each reported test passed; see its output above`)
    failed = 1
  }
  console.log(`${named('passed').length} passed, ${failed} failed, ${named('skipped').length} skipped`)
  process.exitCode = failed === 0 ? 0 : 1
}
