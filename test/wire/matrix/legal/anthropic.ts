/** What the Messages API refuses, as its reference and its SDK's types have it. */
import { asList, asRecord, asString, type JsonRecord } from '../../../../src/wire/fields.ts'
import { Faults, isName, isText, isWords, recordsIn } from './faults.ts'

const imageTypes = ['image/png', 'image/jpeg', 'image/gif', 'image/webp']

export function anthropicFaults(body: unknown): string[] {
  const faults = new Faults()
  const request = asRecord(body) ?? {}
  faults.fields(
    request,
    'the request',
    'model max_tokens messages system tools tool_choice temperature top_p top_k stop_sequences stream thinking output_config service_tier',
  )
  faults.unless(isWords(request['model']), 'model is no name')
  const maxTokens = Number(request['max_tokens'])
  faults.unless(Number.isInteger(maxTokens) && maxTokens > 0, 'max_tokens is no count')
  checkMessages(recordsIn(request['messages']), faults)
  for (const block of recordsIn(request['system'])) checkBlock(block, 'system', faults)
  if (request['system'] !== undefined) faults.unless(asList(request['system']).length > 0, 'system is empty')
  checkTools(request, faults)
  const thinking = asRecord(request['thinking'])
  if (thinking?.['type'] === 'enabled') {
    const budget = Number(thinking['budget_tokens'])
    faults.unless(budget >= 1024 && budget < maxTokens, 'the budget is not between 1024 and max_tokens')
  }
  const thinks = thinking !== null && thinking['type'] !== 'disabled'
  if (thinks)
    faults.unless(request['temperature'] === undefined || request['temperature'] === 1, 'it thinks at a temperature')
  for (const stop of asList(request['stop_sequences'])) faults.unless(isWords(stop), 'a stop sequence is blank')
  const marks = JSON.stringify(body).split('"cache_control"').length - 1
  faults.unless(marks <= 4, `${marks} cache marks`)
  return faults.list
}

function checkMessages(messages: readonly JsonRecord[], faults: Faults): void {
  faults.unless(messages.length > 0, 'no messages')
  faults.unless(messages[0]?.['role'] === 'user', 'the user does not begin')
  const ids = new Set<unknown>()
  for (const [place, message] of messages.entries()) {
    const { role } = message
    faults.fields(message, 'a message', 'role content')
    faults.unless(role === 'user' || role === 'assistant', `role ${String(role)}`)
    faults.unless(role !== messages[place - 1]?.['role'], 'roles do not alternate')
    const blocks = recordsIn(message['content'])
    faults.unless(blocks.length > 0, 'a message is empty')
    for (const block of blocks) checkBlock(block, String(role), faults)
    const calls = blocks.filter(({ type }) => type === 'tool_use').map(({ id }) => id)
    for (const id of calls) faults.unless(!ids.has(id) && ids.add(id).size > 0, `the id ${String(id)} is used twice`)
    checkAnswers(calls, recordsIn(messages[place + 1]?.['content']), faults)
    if (role === 'user') {
      const before = recordsIn(messages[place - 1]?.['content']).map(({ id }) => id)
      for (const { type, tool_use_id: id } of blocks)
        if (type === 'tool_result') faults.unless(before.includes(id), `the result ${String(id)} has no call before it`)
    }
  }
  const last = asString(recordsIn(messages.at(-1)?.['content']).at(-1)?.['text'])
  if (messages.at(-1)?.['role'] === 'assistant' && last !== null)
    faults.unless(last === last.trimEnd(), 'the last answer ends in white space')
}

/** Results stand first thing in the message after their calls. */
function checkAnswers(calls: readonly unknown[], next: readonly JsonRecord[], faults: Faults): void {
  const results = next.slice(0, calls.length).map(({ type, tool_use_id: id }) => (type === 'tool_result' ? id : null))
  for (const id of calls) faults.unless(results.includes(id), `the call ${String(id)} has no result right after it`)
}

function checkBlock(block: JsonRecord, role: string, faults: Faults): void {
  switch (block['type']) {
    case 'text':
      return faults.unless(isWords(block['text']), 'a text is blank')
    case 'image':
    case 'document':
      faults.unless(role !== 'assistant', `${block['type']} of the assistant`)
      return checkSource(asRecord(block['source']) ?? {}, block['type'], faults)
    case 'tool_use':
      faults.unless(role === 'assistant', `a call of the ${role}`)
      faults.unless(isName(block['name']) && /^[\w-]+$/.test(String(block['id'])), 'a call without a name or an id')
      return faults.unless(asRecord(block['input']) !== null, 'input is no object')
    case 'tool_result':
      faults.unless(role === 'user', `a result of the ${role}`)
      for (const inner of recordsIn(block['content'])) checkBlock(inner, role, faults)
      return faults.unless(
        block['content'] === undefined || isText(block['content']) || Array.isArray(block['content']),
        'a result is odd',
      )
    case 'thinking':
      return faults.unless(role === 'assistant' && isWords(block['signature']), 'a thought without a signature')
    case 'redacted_thinking':
      return faults.unless(role === 'assistant' && isWords(block['data']), 'redacted thinking without data')
    default:
      faults.unless(false, `a block of the type ${String(block['type'])}`)
  }
}

function checkSource(source: JsonRecord, kind: string, faults: Faults): void {
  const types = kind === 'image' ? imageTypes : ['application/pdf']
  switch (source['type']) {
    case 'base64':
      faults.unless(types.includes(String(source['media_type'])), `${kind} of the type ${String(source['media_type'])}`)
      return faults.unless(isWords(source['data']), 'no data')
    case 'url':
      return faults.unless(isWords(source['url']), 'no url')
    case 'text':
      return faults.unless(kind === 'document' && source['media_type'] === 'text/plain', 'a text of no type')
    default:
      faults.unless(false, `a source of the type ${String(source['type'])}`)
  }
}

function checkTools(request: JsonRecord, faults: Faults): void {
  const tools = recordsIn(request['tools'])
  faults.unless(request['tools'] === undefined || tools.length > 0, 'tools is empty')
  faults.unless(request['tool_choice'] === undefined || tools.length > 0, 'a choice among no tools')
  const names = tools.map(({ name }) => name)
  faults.unless(new Set(names).size === names.length, 'two tools of one name')
  for (const tool of tools) {
    if (asString(tool['type'])?.startsWith('web_search_')) continue
    faults.fields(tool, 'a tool', 'name description input_schema strict cache_control')
    faults.unless(isName(tool['name']), `a tool called ${String(tool['name'])}`)
    const schema = asRecord(tool['input_schema'])
    faults.unless(schema?.['type'] === 'object', 'input_schema is of no object')
    for (const word of ['anyOf', 'oneOf', 'allOf']) faults.unless(schema?.[word] === undefined, `${word} at the root`)
  }
  const choice = asRecord(request['tool_choice'])
  if (choice === null) return
  faults.unless(['auto', 'any', 'none', 'tool'].includes(String(choice['type'])), 'no choice at all')
  if (choice['type'] === 'tool') faults.unless(names.includes(choice['name']), 'the choice names no tool')
}
