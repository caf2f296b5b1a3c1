/** A web search that the provider ran: one block for the call and one for its result, which are one part where they stand together. */
import type { WebSearchPart } from '../../neutral/message.ts'
import { asList, asRecord, asString, type JsonRecord } from '../fields.ts'
import { anyText, exactly, Fields, fieldsOf, spellingOf } from './carried.ts'

export const isSearchCall = (block: JsonRecord): boolean =>
  block.type === 'server_tool_use' && block.name === 'web_search'

export const isResultOf = (call: JsonRecord, block: JsonRecord | null): boolean =>
  block?.type === 'web_search_tool_result' && block.tool_use_id === call.id

type Source = WebSearchPart['sources'][number]

/** @param result The result's block; null for a call that stands alone. */
export function readSearch(call: JsonRecord | null, result: JsonRecord | null): WebSearchPart {
  const asked = new Fields(call ?? {})
  asked.take('type', anyText)
  asked.take('name', anyText)
  const input = new Fields(asked.take('input', asRecord) ?? {})
  const query = input.take('query', anyText)
  const found = new Fields(result ?? {})
  found.take('type', anyText)
  const answeredId = found.take('tool_use_id', anyText)
  const results = result === null ? null : found.take('content', readResults)
  const id = asked.take('id', anyText) ?? answeredId
  const rests = results?.flatMap(({ rest }) => (rest === null ? [] : [rest])) ?? []
  return {
    type: 'web-search',
    id,
    query,
    sources: results?.map(({ source }) => source) ?? [],
    carried: {
      dialect: 'anthropic',
      fields: {
        ...(call === null
          ? {}
          : nonEmpty('server_tool_use', {
              ...asked.rest().fields,
              ...nonEmpty('input', input.rest().fields),
            })),
        ...(result === null ? {} : nonEmpty('web_search_tool_result', found.rest().fields)),
        ...(rests.length === 0 ? {} : { encrypted_content: rests }),
      },
      spelling: { blocks: call === null ? 'result' : result === null ? 'call' : 'both' },
    },
  }
}

const nonEmpty = (name: string, fields: JsonRecord): JsonRecord =>
  Object.keys(fields).length === 0 ? {} : { [name]: fields }

interface Result {
  readonly source: Source
  /** What else it holds, the words that only its provider can read among it. */
  readonly rest: JsonRecord | null
}

/** @returns null for an error, or a list in which something else stands. */
function readResults(content: unknown): readonly Result[] | null {
  if (!Array.isArray(content)) return null
  const results = content.map((entry): Result | null => {
    const record = asRecord(entry)
    if (record === null) return null
    const fields = new Fields(record)
    if (fields.take('type', exactly('web_search_result')) === null) return null
    const url = fields.take('url', asString)
    if (url === null) return null
    const source = { url, title: fields.take('title', anyText) }
    return { source, rest: fields.rest().fields }
  })
  return results.every((result) => result !== null) ? results : null
}

/** Both blocks, or the one that it was read from. */
export function writeSearch({ id, query, sources, carried }: WebSearchPart, fallbackId: string): JsonRecord[] {
  const fields = fieldsOf(carried)
  const blocks = spellingOf(carried, 'blocks') ?? 'both'
  const toolUseId = id !== null && (carried?.dialect === 'anthropic' || isLegalId(id)) ? id : fallbackId
  const rests = asList(fields.encrypted_content)
  const calls = asRecord(fields.server_tool_use)
  const answer = asRecord(fields.web_search_tool_result)
  const input = { ...asRecord(calls?.input), ...(query === null ? {} : { query }) }
  const call = { ...calls, type: 'server_tool_use', id: toolUseId, name: 'web_search', input }
  const content = sources.map(({ url, title }, i) => ({
    type: 'web_search_result',
    url,
    title: title ?? url,
    ...(asRecord(rests[i]) ?? { encrypted_content: '', page_age: null }),
  }))
  const result = { type: 'web_search_tool_result', tool_use_id: toolUseId, content, ...answer }
  if (blocks === 'call') return [call]
  return blocks === 'result' ? [result] : [call, result]
}

const isLegalId = (id: string): boolean => /^srvtoolu_[a-zA-Z0-9_]+$/.test(id)

/** The provider takes back only what it signed itself: results whose words it can read again. */
export const canGoBack = ({ sources, carried }: WebSearchPart): boolean =>
  carried?.dialect === 'anthropic' &&
  sources.every((_, i) => asString(asRecord(asList(carried.fields.encrypted_content)[i])?.encrypted_content) !== null)
