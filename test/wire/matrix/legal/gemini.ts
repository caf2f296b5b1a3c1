/** What the Gemini API refuses, as its reference and its SDK's types have it: one field that it does not know is enough. */
import { asList, asRecord, type JsonRecord } from '../../../../src/wire/fields.ts'
import { Faults, isText, isWords, recordsIn } from './faults.ts'

const configFields =
  'temperature topP topK seed presencePenalty frequencyPenalty maxOutputTokens stopSequences candidateCount responseLogprobs logprobs thinkingConfig responseMimeType responseSchema responseJsonSchema'
const schemaFields =
  'type format title description nullable enum maxItems minItems properties required minProperties maxProperties minLength maxLength pattern example anyOf propertyOrdering default items minimum maximum'
const dataFields = ['text', 'inlineData', 'fileData', 'functionCall', 'functionResponse']

export function geminiFaults(body: unknown): string[] {
  const faults = new Faults()
  const request = asRecord(body) ?? {}
  faults.fields(request, 'the request', 'contents systemInstruction tools toolConfig generationConfig serviceTier')
  const contents = recordsIn(request['contents'])
  faults.unless(contents.length > 0, 'no contents')
  checkTurns(contents, faults)
  for (const part of recordsIn(asRecord(request['systemInstruction'])?.['parts']))
    faults.unless(isWords(part['text']), 'the system prompt is blank')
  const config = asRecord(request['generationConfig']) ?? {}
  faults.fields(config, 'generationConfig', configFields)
  faults.unless(asList(config['stopSequences']).length <= 5, 'more than five stop sequences')
  if (config['responseSchema'] !== undefined) checkSchema(config['responseSchema'], faults)
  checkTools(request, faults)
  return faults.list
}

function checkTurns(contents: readonly JsonRecord[], faults: Faults): void {
  faults.unless(contents[0]?.['role'] === 'user', 'the user does not begin')
  for (const [place, content] of contents.entries()) {
    faults.unless(content['role'] === 'user' || content['role'] === 'model', `role ${String(content['role'])}`)
    faults.unless(content['role'] !== contents[place - 1]?.['role'], 'roles do not alternate')
    const parts = recordsIn(content['parts'])
    faults.unless(parts.length > 0, 'a turn of no parts')
    for (const part of parts) checkPart(part, faults)
    const calls = parts.flatMap((part) => (part['functionCall'] === undefined ? [] : [asRecord(part['functionCall'])]))
    const next = recordsIn(contents[place + 1]?.['parts'])
    const results = next.flatMap((part) =>
      part['functionResponse'] === undefined ? [] : [asRecord(part['functionResponse'])],
    )
    const [asked, answered] = [calls, results].map((list) =>
      list
        .map((one) => `${String(one?.['id'])} ${String(one?.['name'])}`)
        .sort()
        .join(),
    )
    if (content['role'] === 'model') faults.unless(asked === answered, `the calls ${asked} are answered by ${answered}`)
    if (place === 0)
      faults.unless(
        parts.every((part) => part['functionResponse'] === undefined),
        'a result comes first',
      )
  }
}

function checkPart(part: JsonRecord, faults: Faults): void {
  const data = dataFields.filter((name) => part[name] !== undefined)
  faults.unless(data.length === 1, `a part of ${data.length} kinds`)
  faults.fields(part, 'a part', `${dataFields.join(' ')} thought thoughtSignature`)
  if (part['text'] !== undefined)
    faults.unless(isText(part['text']) && (part['text'] !== '' || isText(part['thoughtSignature'])), 'a text is empty')
  for (const name of ['inlineData', 'fileData']) {
    const media = asRecord(part[name])
    if (media === null) continue
    faults.unless(isWords(media['data']) || isWords(media['fileUri']), `${name} of nothing`)
    if (name === 'inlineData') faults.unless(isWords(media['mimeType']), 'data of no type')
  }
  const call = asRecord(part['functionCall'])
  if (call !== null)
    faults.unless(isFunctionName(call['name']) && asRecord(call['args']) !== null, 'a call without a name or arguments')
  const result = asRecord(part['functionResponse'])
  if (result !== null)
    faults.unless(
      isFunctionName(result['name']) && asRecord(result['response']) !== null,
      'a result without a name or a response',
    )
}

const isFunctionName = (value: unknown): boolean => isText(value) && /^[a-zA-Z_][\w.:-]{0,63}$/.test(value)

function checkTools(request: JsonRecord, faults: Faults): void {
  const tools = recordsIn(request['tools'])
  const declared = tools.flatMap((tool) => recordsIn(tool['functionDeclarations']))
  for (const tool of tools) faults.fields(tool, 'a tool', 'functionDeclarations googleSearch')
  for (const { name, parameters, ...rest } of declared) {
    faults.fields(rest, 'a function', 'description')
    faults.unless(isFunctionName(name), `a function called ${String(name)}`)
    if (parameters === undefined) continue
    faults.unless(String(asRecord(parameters)?.['type']).toUpperCase() === 'OBJECT', 'parameters are no object')
    checkSchema(parameters, faults)
  }
  const calling = asRecord(asRecord(request['toolConfig'])?.['functionCallingConfig'])
  if (calling === null) return
  faults.unless(declared.length > 0, 'a choice among no functions')
  const mode = String(calling['mode'])
  faults.unless(['AUTO', 'ANY', 'NONE'].includes(mode), `mode ${mode}`)
  const names = declared.map(({ name }) => name)
  for (const name of asList(calling['allowedFunctionNames']))
    faults.unless(mode === 'ANY' && names.includes(name), `${String(name)} is no function to be allowed`)
}

function checkSchema(schema: unknown, faults: Faults): void {
  const node = asRecord(schema)
  if (node === null) return faults.unless(false, 'a schema that is no object')
  faults.fields(node, 'a schema', schemaFields)
  for (const word of asList(node['enum'])) faults.unless(isText(word), 'an enum of something else than texts')
  const properties = asRecord(node['properties']) ?? {}
  for (const inner of Object.values(properties)) checkSchema(inner, faults)
  for (const name of asList(node['required']))
    faults.unless(Object.hasOwn(properties, String(name)), `${String(name)} is required and no property`)
  for (const inner of asList(node['anyOf'])) checkSchema(inner, faults)
  if (node['items'] !== undefined) checkSchema(node['items'], faults)
  if (String(node['type']).toUpperCase() === 'ARRAY') faults.unless(node['items'] !== undefined, 'an array of nothing')
}
