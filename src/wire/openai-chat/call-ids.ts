/** The ids of the tool calls of one conversation: each once, made where the client gives none, and found again by the results. */

interface Call {
  readonly id: string
  readonly name: string
  readonly kind: 'function' | 'custom'
}

export interface CallIds {
  /** @param given The id on the wire, null when there is none. @returns The id to use, the same one unless it was used before. */
  call(given: string | null, name: string, kind: Call['kind']): string
  /** The call that a result answers: by its id, else the first open one of that name, else the first open one. */
  result(given: string | null, name: string | null): Call
}

/** @param prefix What made ids begin with; they are numbered by the place of the call. */
export function openCallIds(prefix: string): CallIds {
  const used = new Set<string>()
  const byGiven = new Map<string, Call>()
  const unanswered = new Map<string, Call>()
  let count = 0
  return {
    call(given, name, kind) {
      const made = `${prefix}${count}`
      count += 1
      const wanted = given ?? made
      // Some servers count from 0 in every turn anew.
      const id = used.has(wanted) ? `${wanted}_${count}` : wanted
      used.add(id)
      const call = { id, name, kind }
      if (given !== null) byGiven.set(given, call)
      unanswered.set(id, call)
      return id
    },
    result(given, name) {
      const call = given === null ? firstOpen(unanswered, name) : byGiven.get(given)
      if (call === undefined) return { id: given ?? `${prefix}${count}`, name: name ?? '', kind: 'function' }
      unanswered.delete(call.id)
      return call
    },
  }
}

function firstOpen(open: ReadonlyMap<string, Call>, name: string | null): Call | undefined {
  const calls = [...open.values()]
  return calls.find((call) => call.name === name) ?? calls[0]
}

/** The longest id that OpenAI takes. */
const maxIdLength = 40

/** Mistral's ids, and no others, are taken by its own API and by the templates of its models. */
const nine = /^[a-zA-Z0-9]{9}$/

/** Ids that the server would refuse are replaced by a digest, the same one for a call and its result. */
export function fitCallId(id: string, { checksCalls }: { readonly checksCalls?: boolean }): string {
  if (checksCalls === true) return nine.test(id) ? id : digest(id).slice(0, 9)
  return id.length <= maxIdLength ? id : `call_${digest(id).slice(0, 32)}`
}

const digest = (id: string): string => new Bun.CryptoHasher('sha256').update(id).digest('hex')
