/** What servers of Chat Completions refuse, as OpenAI's reference and its SDK's types have it. */
import { asRecord, parseJson, type JsonRecord } from '../../../../src/wire/fields.ts'
import { Faults, isName, isOneOf, isText, isWords, recordsIn } from './faults.ts'

const wishes =
  'temperature top_p presence_penalty frequency_penalty seed stop n logprobs top_logprobs max_completion_tokens max_tokens thinking stream stream_options user metadata store prompt_cache_key service_tier verbosity reasoning_effort response_format parallel_tool_calls web_search_options'

export function chatFaults(body: unknown): string[] {
  const faults = new Faults()
  const request = asRecord(body) ?? {}
  faults.fields(request, 'the request', `model messages tools tool_choice ${wishes}`)
  faults.unless(isWords(request['model']), 'model is no name')
  const messages = recordsIn(request['messages'])
  faults.unless(messages.length > 0, 'no messages')
  checkOrder(messages, faults)
  for (const message of messages) checkMessage(message, faults)
  checkTools(request, faults)
  const format = asRecord(request['response_format'])
  if (format?.['type'] === 'json_schema')
    faults.unless(isName(asRecord(format['json_schema'])?.['name']), 'a schema without a name')
  return faults.list
}

/** Every call is answered by a message of the tool right after it, and nothing else is. */
function checkOrder(messages: readonly JsonRecord[], faults: Faults): void {
  let due: unknown[] = []
  for (const message of messages) {
    if (message['role'] === 'tool') {
      const at = due.indexOf(message['tool_call_id'])
      faults.unless(at >= 0, `the result ${String(message['tool_call_id'])} has no call before it`)
      if (at >= 0) due.splice(at, 1)
      continue
    }
    faults.unless(due.length === 0, `${String(due[0])} has no result right after it`)
    due = recordsIn(message['tool_calls']).map(({ id }) => id)
    faults.unless(new Set(due).size === due.length, 'two calls of one id')
  }
  faults.unless(due.length === 0, `${String(due[0])} has no result`)
}

function checkMessage(message: JsonRecord, faults: Faults): void {
  const { role, content } = message
  switch (role) {
    case 'system':
      faults.fields(message, role, 'role content')
      return faults.unless(isWords(content), 'a system prompt is blank')
    case 'user':
      faults.fields(message, role, 'role content')
      if (Array.isArray(content)) {
        faults.unless(content.length > 0, 'a list of nothing')
        for (const part of recordsIn(content)) checkPart(part, faults)
      } else faults.unless(isWords(content), 'the user says nothing')
      return
    case 'tool':
      faults.fields(message, role, 'role content tool_call_id')
      faults.unless(isWords(message['tool_call_id']), 'a result without an id')
      return faults.unless(isText(content), 'a result that is no text')
    case 'assistant':
      faults.fields(message, role, 'role content tool_calls refusal reasoning_content reasoning_details extra_content')
      faults.unless(content === null || isText(content), 'the content of the assistant is no text')
      faults.unless(
        isWords(content) || message['tool_calls'] !== undefined || isWords(message['refusal']),
        'the assistant says nothing',
      )
      for (const call of recordsIn(message['tool_calls'])) checkCall(call, faults)
      return
    default:
      faults.unless(false, `role ${String(role)}`)
  }
}

function checkPart(part: JsonRecord, faults: Faults): void {
  const type = String(part['type'])
  if (type === 'text') return faults.unless(isWords(part['text']), 'a text is blank')
  faults.unless(['image_url', 'input_audio', 'file'].includes(type), `a part of the type ${type}`)
  const inner = asRecord(part[type])
  if (type === 'image_url') faults.unless(/^(https?|data):/.test(String(inner?.['url'])), 'an image without a url')
  if (type === 'input_audio') faults.unless(['wav', 'mp3'].includes(String(inner?.['format'])), 'sound of no format')
  if (type === 'file')
    faults.unless(isWords(inner?.['file_data']) && isWords(inner?.['filename']), 'a file without a name')
}

function checkCall(call: JsonRecord, faults: Faults): void {
  const about = asRecord(call['function'])
  faults.unless(isWords(call['id']) && String(call['id']).length <= 40, `a call of the id ${String(call['id'])}`)
  faults.unless(call['type'] === 'function' && isName(about?.['name']), 'a call of no function')
  faults.unless(asRecord(parseJson(String(about?.['arguments']))) !== null, 'arguments that are no object')
}

function checkTools(request: JsonRecord, faults: Faults): void {
  const tools = recordsIn(request['tools'])
  faults.unless(request['tools'] === undefined || tools.length > 0, 'tools is empty')
  const hasChoice = request['tool_choice'] !== undefined || request['parallel_tool_calls'] !== undefined
  faults.unless(!hasChoice || tools.length > 0, 'a choice among no tools')
  const names = tools.map((tool) => asRecord(tool['function'])?.['name'])
  faults.unless(new Set(names).size === names.length, 'two tools of one name')
  for (const tool of tools) {
    const about = asRecord(tool['function']) ?? {}
    faults.fields(tool, 'a tool', 'type function')
    faults.fields(about, 'a function', 'name description parameters strict')
    faults.unless(tool['type'] === 'function' && isName(about['name']), `a tool called ${String(about['name'])}`)
    faults.unless(asRecord(about['parameters'])?.['type'] === 'object', 'parameters are no object')
  }
  const choice = request['tool_choice']
  if (choice === undefined) return
  const name = asRecord(asRecord(choice)?.['function'])?.['name']
  faults.unless(isOneOf(choice, 'auto none required') || names.includes(name), 'the choice names no tool')
}
