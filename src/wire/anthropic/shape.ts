/** The shape of a request of the Messages API. */
import { noShape, type RequestShape } from '../../neutral/shape.ts'
import { effortOfBudget, isEffort } from '../../neutral/thinking.ts'
import { asCount, asList, asRecord, type JsonRecord } from '../fields.ts'
import { shapeOf, type Turn } from '../shape.ts'
import { charsOf } from '../weigh.ts'

export function readShape(body: unknown): RequestShape {
  const request = asRecord(body)
  if (request === null) return noShape
  const output = asRecord(request.output_config)
  return shapeOf(asList(request.messages), turnOf, {
    systemChars: charsOf(request.system),
    wantsSchema: asRecord(output?.format ?? request.output_format)?.type === 'json_schema',
    effort: isEffort(output?.effort) ? output.effort : effortOf(asRecord(request.thinking)),
  })
}

function turnOf(entry: unknown): Turn {
  const message = asRecord(entry)
  const content = message?.content
  if (message?.role === 'system') return { from: 'system', content }
  if (message?.role !== 'user') return { from: 'model', content }
  const hasResults = asList(content).some((block) => asRecord(block)?.type === 'tool_result')
  return { from: hasResults ? 'tool' : 'user', content }
}

/** A budget is a wish; `adaptive` leaves it to the model. */
function effortOf(thinking: JsonRecord | null): RequestShape['effort'] {
  if (thinking?.type === 'disabled') return 'none'
  const budget = asCount(thinking?.budget_tokens)
  return budget === null ? null : effortOfBudget(budget)
}
