/** How each client is pointed here: one line to paste, as its own documentation has it. */
export interface ClientLine {
  readonly client: string
  readonly line: string
}

/** @param url Where the LLM API is, without a path: `http://localhost:4801`. */
export const clientLines = (url: string): readonly ClientLine[] => [
  { client: 'Claude Code', line: `ANTHROPIC_BASE_URL=${url} claude` },
  // The built-in provider stays, so a ChatGPT login works as well as a key; the OPENAI_BASE_URL variable is no longer read.
  { client: 'Codex', line: `codex -c openai_base_url=${url}/v1` },
  { client: 'Gemini CLI', line: `GOOGLE_GEMINI_BASE_URL=${url} gemini` },
  { client: 'OpenCode', line: `OPENCODE_CONFIG_CONTENT='${openCodeConfig(url)}' opencode` },
  { client: 'Aider', line: `aider --openai-api-base ${url}/v1` },
  { client: 'OpenAI SDKs', line: `export OPENAI_BASE_URL=${url}/v1` },
  { client: 'Anthropic SDKs', line: `export ANTHROPIC_BASE_URL=${url}` },
]

const openCodeConfig = (url: string): string => {
  const options = { options: { baseURL: `${url}/v1` } }
  return JSON.stringify({ provider: { anthropic: options, openai: options } })
}

/** `127.0.0.1` as people write it; both loopbacks are served. */
export const friendlyUrl = (address: string): string => address.replace('//127.0.0.1:', '//localhost:')
