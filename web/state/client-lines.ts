/** One line per client that points it at RelayPlane: the same as `relayplane start` prints, which a test holds equal. */
export interface ClientLine {
  readonly client: string
  readonly line: string
}

/** @param url Where the LLM API is, without a path: `http://localhost:4801`. */
export function clientLines(url: string): readonly ClientLine[] {
  const options = { options: { baseURL: `${url}/v1` } }
  const openCode = JSON.stringify({ provider: { anthropic: options, openai: options } })
  return [
    { client: 'Claude Code', line: `ANTHROPIC_BASE_URL=${url} claude` },
    { client: 'Codex', line: `codex -c openai_base_url=${url}/v1` },
    { client: 'Gemini CLI', line: `GOOGLE_GEMINI_BASE_URL=${url} gemini` },
    { client: 'OpenCode', line: `OPENCODE_CONFIG_CONTENT='${openCode}' opencode` },
    { client: 'Aider', line: `aider --openai-api-base ${url}/v1` },
    { client: 'OpenAI SDKs', line: `export OPENAI_BASE_URL=${url}/v1` },
    { client: 'Anthropic SDKs', line: `export ANTHROPIC_BASE_URL=${url}` },
  ]
}
