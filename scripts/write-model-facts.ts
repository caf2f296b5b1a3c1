/** Writes src/providers/model-facts.json: what is used of the models.dev snapshot, one model a line. Its path may be given. */
import { join } from 'node:path'
import type { ModelFacts } from '../src/providers/capability-facts.ts'

export const factsPath = join(import.meta.dir, '../src/providers/model-facts.json')
export const snapshotPath = join(import.meta.dir, '../../shared/models-dev/models.json')

/** The formatter's. */
const lineLength = 120

/**
 * Our providers by the snapshot's names; after them makers of open models that are no providers of ours, for what others serve
 * of theirs. The order is the one in which a name is looked for that its own provider does not list.
 */
const sources: readonly (readonly [id: string, theirs: string])[] = [
  ['anthropic', 'anthropic'],
  ['openai', 'openai'],
  ['google', 'google'],
  ['xai', 'xai'],
  ['deepseek', 'deepseek'],
  ['mistral', 'mistral'],
  ['perplexity', 'perplexity'],
  ['moonshotai', 'moonshotai'],
  ['zai', 'zai'],
  ['minimax', 'minimax'],
  ['alibaba', 'alibaba'],
  ['vertex', 'google-vertex'],
  ['bedrock', 'amazon-bedrock'],
  ['azure', 'azure'],
  ['groq', 'groq'],
  ['together', 'togetherai'],
  ['fireworks', 'fireworks-ai'],
  ['openrouter', 'openrouter'],
  ['ollama', 'ollama-cloud'],
  ['lmstudio', 'lmstudio'],
]

interface SnapshotModel {
  readonly limit: { readonly context: number; readonly input?: number; readonly output: number }
  readonly modalities: { readonly input: readonly string[]; readonly output: readonly string[] }
  readonly tool_call: boolean
  readonly reasoning: boolean
  readonly temperature?: boolean
  readonly structured_output?: boolean
  readonly interleaved?: true | { readonly field: string }
  readonly reasoning_options?: readonly {
    readonly type: 'toggle' | 'effort' | 'budget_tokens'
    readonly values?: readonly string[]
    readonly min?: number
    readonly max?: number
  }[]
}

interface Snapshot {
  readonly snapshot: string
  readonly providers: Readonly<Record<string, { readonly models: Readonly<Record<string, SnapshotModel>> }>>
}

/** The whole file. */
export function factsFile(snapshot: Snapshot): string {
  const providers = sources.map(([id, theirs]) => {
    const lines = Object.entries(snapshot.providers[theirs]?.models ?? {})
      .filter(([, model]) => model.modalities.output.includes('text') && model.limit.context > 0)
      .toSorted(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, model]) => modelLine(name, factsOf(model)))
    return `    ${JSON.stringify(id)}: {\n${lines.join(',\n')}\n    }`
  })
  const head = {
    source: 'https://models.dev (github.com/anomalyco/models.dev)',
    licence: 'MIT',
    snapshot: snapshot.snapshot,
    madeBy: 'scripts/write-model-facts.ts',
  }
  const text = Object.entries(head).map(([name, value]) => `  ${JSON.stringify(name)}: ${JSON.stringify(value)}`)
  return `{\n${text.join(',\n')},\n  "providers": {\n${providers.join(',\n')}\n  }\n}\n`
}

/** As the formatter has it: one line where it fits. */
function modelLine(name: string, facts: ModelFacts): string {
  const fields = Object.entries(facts).map(([field, value]) => {
    const text = Array.isArray(value)
      ? `[${value.map((entry) => JSON.stringify(entry)).join(', ')}]`
      : JSON.stringify(value)
    return `${JSON.stringify(field)}: ${text}`
  })
  const line = `      ${JSON.stringify(name)}: { ${fields.join(', ')} }`
  return line.length < lineLength
    ? line
    : `      ${JSON.stringify(name)}: {\n        ${fields.join(',\n        ')}\n      }`
}

/** What is 0, false or not said is left out. */
function factsOf(model: SnapshotModel): ModelFacts {
  const { limit, modalities, interleaved } = model
  const option = (type: string) => model.reasoning_options?.find((entry) => entry.type === type)
  const budget = option('budget_tokens')
  const efforts = option('effort')?.values
  return {
    context: limit.context,
    ...(limit.input ? { input: limit.input } : {}),
    ...(limit.output > 0 ? { output: limit.output } : {}),
    ...mediaAs('reads', modalities.input),
    ...mediaAs('writes', modalities.output),
    can: [
      ...(model.tool_call ? ['tools'] : []),
      ...(model.reasoning ? ['think'] : []),
      ...(option('toggle') === undefined ? [] : ['switch']),
      ...(model.structured_output === true ? ['schema'] : []),
      ...(interleaved === true || interleaved?.field === 'reasoning_content' ? ['echo'] : []),
    ].join(' '),
    ...(model.temperature === false ? { temperature: false } : {}),
    ...(model.structured_output === false ? { schema: false } : {}),
    ...(efforts === undefined ? {} : { efforts: efforts.join(' ') }),
    ...(budget === undefined ? {} : { budget: [budget.min ?? null, budget.max ?? null] as const }),
  }
}

function mediaAs(name: 'reads' | 'writes', modalities: readonly string[]): object {
  const media = modalities.filter((kind) => kind !== 'text').map((kind) => (kind === 'pdf' ? 'document' : kind))
  return media.length === 0 ? {} : { [name]: media.toSorted().join(' ') }
}

if (import.meta.main) {
  const text = factsFile(JSON.parse(await Bun.file(Bun.argv[2] ?? snapshotPath).text()) as Snapshot)
  await Bun.write(factsPath, text)
}
