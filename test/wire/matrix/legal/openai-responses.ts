/** What the Responses API refuses, as OpenAI's reference and its SDK's types have it. */
import { asRecord, parseJson, type JsonRecord } from '../../../../src/wire/fields.ts'
import { Faults, isName, isOneOf, isText, isWords, recordsIn } from './faults.ts'

const wishes =
  'temperature top_p max_output_tokens reasoning text store include metadata service_tier prompt_cache_key stream parallel_tool_calls'

export function responsesFaults(body: unknown): string[] {
  const faults = new Faults()
  const request = asRecord(body) ?? {}
  faults.fields(request, 'the request', `model input instructions tools tool_choice ${wishes}`)
  faults.unless(isWords(request['model']), 'model is no name')
  const input = recordsIn(request['input'])
  faults.unless(Array.isArray(request['input']), 'no input')
  faults.unless(input.length > 0 || isWords(request['instructions']), 'nothing is said')
  const limit = request['max_output_tokens']
  faults.unless(limit === undefined || Number(limit) >= 16, 'fewer than 16 tokens')
  checkOrder(input, faults)
  for (const item of input) checkItem(item, faults)
  checkTools(request, faults)
  return faults.list
}

/** Every call is answered somewhere after it, and every answer has its call before it. */
function checkOrder(input: readonly JsonRecord[], faults: Faults): void {
  const due = new Set<unknown>()
  const seen = new Set<unknown>()
  for (const { type, call_id: id } of input) {
    if (type === 'function_call' || type === 'custom_tool_call') {
      faults.unless(!seen.has(id), `two calls of the id ${String(id)}`)
      seen.add(id)
      due.add(id)
    }
    if (type === 'function_call_output' || type === 'custom_tool_call_output')
      faults.unless(due.delete(id), `the result ${String(id)} has no call before it`)
  }
  for (const id of due) faults.unless(false, `${String(id)} has no result`)
}

function checkItem(item: JsonRecord, faults: Faults): void {
  switch (item['type'] ?? 'message') {
    case 'message':
      return checkMessage(item, faults)
    case 'function_call':
      faults.unless(isWords(item['call_id']) && isName(item['name']), 'a call without a name or an id')
      return faults.unless(asRecord(parseJson(String(item['arguments']))) !== null, 'arguments that are no object')
    case 'custom_tool_call':
      return faults.unless(isName(item['name']) && isText(item['input']), 'a custom call without a name or an input')
    case 'function_call_output':
    case 'custom_tool_call_output':
      for (const content of recordsIn(item['output'])) checkContent(content, 'input', faults)
      return faults.unless(isText(item['output']) || Array.isArray(item['output']), 'an output that is no text')
    case 'reasoning':
      faults.unless(Array.isArray(item['summary']), 'reasoning without a summary')
      return faults.unless(isWords(item['encrypted_content']), 'reasoning that nobody kept')
    default:
      faults.unless(false, `an item of the type ${String(item['type'])}`)
  }
}

function checkMessage(item: JsonRecord, faults: Faults): void {
  const { role, content } = item
  faults.unless(['user', 'assistant', 'developer', 'system'].includes(String(role)), `role ${String(role)}`)
  if (isText(content)) return faults.unless(isWords(content), `the ${String(role)} says nothing`)
  const contents = recordsIn(content)
  faults.unless(contents.length > 0, `the ${String(role)} says nothing`)
  for (const one of contents) checkContent(one, role === 'assistant' ? 'output' : 'input', faults)
}

function checkContent(content: JsonRecord, side: 'input' | 'output', faults: Faults): void {
  const types =
    side === 'output' ? ['output_text', 'refusal'] : ['input_text', 'input_image', 'input_file', 'input_audio']
  const type = String(content['type'])
  faults.unless(types.includes(type), `content of the type ${type} of the ${side}`)
  if (type.endsWith('_text')) faults.unless(isWords(content['text']), 'a text is blank')
  if (type === 'input_image')
    faults.unless(/^(https?|data):/.test(String(content['image_url'])), 'an image without a url')
  if (type === 'input_file')
    faults.unless(
      isWords(content['file_url']) || (isWords(content['file_data']) && isWords(content['filename'])),
      'a file of no name',
    )
}

function checkTools(request: JsonRecord, faults: Faults): void {
  const tools = recordsIn(request['tools'])
  faults.unless(request['tools'] === undefined || tools.length > 0, 'tools is empty')
  const hasChoice = request['tool_choice'] !== undefined || request['parallel_tool_calls'] !== undefined
  faults.unless(!hasChoice || tools.length > 0, 'a choice among no tools')
  const names = tools.map(({ name }) => name)
  for (const tool of tools) {
    const { type } = tool
    if (type === 'web_search') continue
    faults.unless(type === 'function' || type === 'custom', `a tool of the type ${String(type)}`)
    faults.unless(isName(tool['name']), `a tool called ${String(tool['name'])}`)
    if (type !== 'function') continue
    faults.fields(tool, 'a function', 'type name description parameters strict')
    faults.unless(asRecord(tool['parameters'])?.['type'] === 'object', 'parameters are no object')
    for (const word of ['anyOf', 'oneOf', 'allOf'])
      faults.unless(asRecord(tool['parameters'])?.[word] === undefined, `${word} at the root`)
    faults.unless(typeof tool['strict'] === 'boolean', 'it is not said whether a function is strict')
  }
  const choice = request['tool_choice']
  if (choice === undefined) return
  faults.unless(
    isOneOf(choice, 'auto none required') || names.includes(asRecord(choice)?.['name']),
    'the choice names no tool',
  )
}
