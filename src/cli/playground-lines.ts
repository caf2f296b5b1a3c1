/** Where one request would go, as a person reads it. */
import type { Playground } from '../control/simulate-shapes.ts'
import { formatCount, formatUsd } from './format.ts'
import type { Printer } from './print.ts'

export function printPlayground(
  { requestedModel, refused, classified, decision, limit }: Playground,
  print: Printer,
): void {
  const [first] = decision?.candidates ?? []
  print.line(print.bold(first === undefined ? 'nowhere' : first.name))
  print.line(`  asked for   ${requestedModel ?? 'no model'}`)
  if (refused !== null) print.line(`  refused     ${refused}`)
  if (decision !== null) {
    print.line(`  rule        ${decision.rule}`)
    print.line(`  reason      ${decision.reason}`)
  }
  if (classified !== null) printClass(classified, print)
  if (decision !== null) printDecision(decision, print)
  if (limit !== null) {
    print.line()
    print.line(print.bold('Limits'))
    print.line(`  ${limit.action}: ${limit.sentence ?? 'it fits'} (estimated at ${formatUsd(limit.estimateNanoUsd)})`)
  }
}

function printClass(found: NonNullable<Playground['classified']>, print: Printer): void {
  print.line(`  task        ${found.task}`)
  print.line(
    `  tokens      about ${formatCount(found.inputTokens)} in, ${formatCount(found.expectedOutputTokens)} out expected`,
  )
  if (found.sideCall !== null) print.line(`  side call   ${found.sideCall}`)
  if (found.automated !== null) print.line(`  automated   ${found.automated}`)
  print.line(`  complexity  ${found.tier}, ${found.score} of 100`)
  for (const { part, points, of, why } of found.parts) print.line(`    ${part}: ${points} of ${of} (${why})`)
}

function printDecision(
  { candidates, rejected, switch: moved }: NonNullable<Playground['decision']>,
  print: Printer,
): void {
  print.line()
  print.line(print.bold('Candidates'))
  for (const [index, { name, why, costNanoUsd }] of candidates.entries()) {
    print.line(`  ${index + 1}. ${name}  ${formatUsd(costNanoUsd)}  ${why}`)
  }
  for (const { name, why } of rejected) print.line(`  not ${name}: it ${why}`)
  if (moved !== null) print.line(`  ${moved.verdict}: ${moved.from} or ${moved.to}; ${moved.why}`)
}
