/**
 * Counts what `bun test --reporter=junit` wrote and names what failed or was skipped.
 * Usage: junit-summary.ts REPORT=EXIT_STATUS_OF_BUN_TEST… The last line is "N passed, N failed, N skipped".
 */
import { basename } from 'node:path'

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

/** A report's cases; one more failed case where there is no report, or where it hides a failure. */
async function readReport(report: string, status: string): Promise<readonly TestCase[]> {
  const xml = await Bun.file(report)
    .text()
    .catch(() => '')
  const cases = readCases(xml)
  if (cases.length === 0)
    return [failure(`there is no test report ${basename(report)}: bun test ended before it could write one`)]
  if (status === '0' || cases.some((test) => test.outcome === 'failed')) return cases
  // A file that doesn't load, or an error outside a test, is in the exit status but not in the report.
  return [
    ...cases,
    failure(`bun test ended with status ${status} though each test in ${basename(report)} passed; see its output`),
  ]
}

const failure = (name: string): TestCase => ({ name, outcome: 'failed' })

if (import.meta.main) {
  const reports = process.argv.slice(2).map((argument) => {
    const at = argument.lastIndexOf('=')
    return readReport(argument.slice(0, at), argument.slice(at + 1))
  })
  const cases = (await Promise.all(reports)).flat()
  const named = (outcome: Outcome) => cases.filter((test) => test.outcome === outcome)
  for (const test of named('skipped')) console.log(`SKIPPED  ${test.name}`)
  for (const test of named('failed')) console.log(`FAILED   ${test.name}`)
  const failed = named('failed').length
  console.log(`${named('passed').length} passed, ${failed} failed, ${named('skipped').length} skipped`)
  process.exitCode = failed === 0 ? 0 : 1
}
