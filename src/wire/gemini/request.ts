/** The facts of a request body of the Gemini API: generateContent, its stream, and countTokens. */
import { standardTerms } from '../../neutral/usage.ts'
import type { RequestFacts } from '../dialect.ts'
import { endingOf } from '../ending.ts'
import { asCount, asList, asRecord, asString, asWord, openingOf } from '../fields.ts'
import { noRequestFacts } from '../no-facts.ts'
import { repeatedCalls } from '../repeated-calls.ts'
import { turnsBack } from './call-turns.ts'

const texts = ['parts', 'text', 'functionResponse', 'function_response', 'response', 'output', 'error']

/** Model and stream flag stand in the URL; the body says neither. */
export function readRequest(body: unknown): RequestFacts {
  const outer = asRecord(body)
  if (outer === null) return noRequestFacts
  // countTokens may wrap the whole request it asks about.
  const request = asRecord(outer.generateContentRequest) ?? outer
  const contents = asList(request.contents)
  const config = asRecord(request.generationConfig) ?? asRecord(request.generation_config)
  return {
    model: asString(request.model),
    isStream: false,
    asksStreamUsage: false,
    maxOutputTokens: asCount(config?.maxOutputTokens) ?? asCount(config?.max_output_tokens),
    session: null,
    opening: {
      system: partsOpening(request.systemInstruction ?? request.system_instruction),
      user: userOpening(request.contents),
    },
    terms: { ...standardTerms, serviceTier: asWord(request.serviceTier) ?? asWord(request.service_tier) },
    messageCount: contents.length,
    toolCount: asList(request.tools).reduce<number>((sum, tool) => sum + functionsOf(tool), 0),
    ending: endingOf(contents.at(-1), texts),
    repeated: repeatedCalls(turnsBack(contents)),
    answers: asCount(config?.candidateCount) ?? asCount(config?.candidate_count) ?? 1,
  }
}

const partsOpening = (content: unknown): string => openingOf(asRecord(content)?.parts ?? content)

/**
 * The first turn of the user's that has text; a turn without a role is the user's. Its first and its last part: Gemini CLI puts
 * a listing of the folder before the prompt, the same for every conversation there.
 */
function userOpening(contents: unknown): string {
  for (const entry of asList(contents)) {
    const role = asString(asRecord(entry)?.role) ?? 'user'
    const opening = role === 'user' ? endsOf(asRecord(entry)?.parts ?? entry) : ''
    if (opening !== '') return opening
  }
  return ''
}

function endsOf(parts: unknown): string {
  const last = asList(parts).at(-1)
  const [start, end] = [openingOf(parts), last === undefined ? '' : openingOf([last])]
  return start === end ? start : `${start}\n${end}`
}

/** A tool holds a list of functions, or is one of Google's own. */
function functionsOf(tool: unknown): number {
  const fields = asRecord(tool)
  const functions = fields?.functionDeclarations ?? fields?.function_declarations
  return Array.isArray(functions) ? functions.length : 1
}
