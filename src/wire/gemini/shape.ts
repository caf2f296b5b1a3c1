/** The shape of a request of the Gemini API. */
import { noShape, type RequestShape } from '../../neutral/shape.ts'
import { effortOfBudget, isEffort } from '../../neutral/thinking.ts'
import { asCount, asList, asRecord, type JsonRecord } from '../fields.ts'
import { shapeOf, type Turn } from '../shape.ts'
import { charsOf } from '../weigh.ts'

export function readShape(body: unknown): RequestShape {
  const outer = asRecord(body)
  const request = asRecord(outer?.generateContentRequest) ?? outer
  if (request === null) return noShape
  const config = asRecord(request.generationConfig) ?? asRecord(request.generation_config)
  const schema =
    config?.responseSchema ?? config?.response_schema ?? config?.responseJsonSchema ?? config?.response_json_schema
  return shapeOf(asList(request.contents), turnOf, {
    systemChars: charsOf(request.systemInstruction ?? request.system_instruction),
    wantsSchema: asRecord(schema) !== null,
    effort: effortOf(asRecord(config?.thinkingConfig) ?? asRecord(config?.thinking_config)),
  })
}

function turnOf(entry: unknown): Turn {
  const content = asRecord(entry)
  const parts = asList(content?.parts)
  if (content?.role === 'model') return { from: 'model', content: null }
  const hasResults = parts.some((part) => {
    const fields = asRecord(part)
    return (fields?.functionResponse ?? fields?.function_response) !== undefined
  })
  return { from: hasResults ? 'tool' : 'user', content: parts }
}

/** A budget of -1 leaves it to the model. */
function effortOf(thinking: JsonRecord | null): RequestShape['effort'] {
  const level = thinking?.thinkingLevel ?? thinking?.thinking_level
  const word = typeof level === 'string' ? level.toLowerCase() : null
  if (isEffort(word)) return word
  const budget = asCount(thinking?.thinkingBudget) ?? asCount(thinking?.thinking_budget)
  return budget === null ? null : effortOfBudget(budget)
}
