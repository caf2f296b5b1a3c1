/** What is wrong with settings of routing that are well formed: rules that can't match, names that lead nowhere, modes that are off. */
import { aliasMeaning } from './aliases.ts'
import type { RuleCondition } from './match-rule.ts'
import type { RouteSettings, RouteWorld } from './route-facts.ts'
import { modeIsOff } from './route-modes.ts'
import { splitSuffix } from './suffix.ts'

export interface Problem {
  /** `routing.rules.2` */
  readonly path: string
  /** A sentence. */
  readonly problem: string
}

/** What is known without a request, and so already when the settings are read. */
export type CheckWorld = Pick<RouteWorld, 'resolve' | 'isKnown' | 'builtInAliases' | 'isRetired'>

/** None is an error: each says what will not happen. */
export function checkRouting(settings: RouteSettings, world: CheckWorld): readonly Problem[] {
  const off = modeIsOff(settings)
  return [
    ...(off === null ? [] : [{ path: 'routing.mode', problem: `${off}: requests go to the model that they name.` }]),
    ...settings.rules.flatMap((_, place) => ruleProblems(place, settings, world)),
    ...overrideProblems(settings, world),
    ...namesIn(settings).flatMap(([path, name]) => nameProblem(path, name, settings, world)),
  ]
}

function ruleProblems(place: number, settings: RouteSettings, world: CheckWorld): readonly Problem[] {
  const path = `routing.rules.${place}`
  const when = settings.rules[place]?.when ?? {}
  const before = settings.rules.slice(0, place).findIndex((rule) => isWider(rule.when, when))
  const problems = [
    before >= 0 ? `It is never reached: rule ${before} takes all that it would match.` : null,
    when.minInputTokens !== undefined && when.minInputTokens > (when.maxInputTokens ?? Infinity)
      ? 'It can not match: minInputTokens is more than maxInputTokens.'
      : null,
    when.complexity !== undefined && !settings.complexity.enabled
      ? 'It can not match: nothing is scored while routing.complexity.enabled is false.'
      : null,
    when.model?.every((name) => isTakenBefore(name, settings, world)) === true
      ? `It can not match: ${when.model.join(', ')} is decided before the rules, as an alias, an override or by its suffix.`
      : null,
  ]
  return problems.flatMap((problem) => (problem === null ? [] : [{ path, problem }]))
}

/** Whether one takes everything that the other would, as far as equal conditions tell. */
const isWider = (one: RuleCondition, other: RuleCondition): boolean =>
  Object.entries(one).every(
    ([name, wanted]) =>
      wanted === undefined || JSON.stringify(other[name as keyof RuleCondition]) === JSON.stringify(wanted),
  )

const isTakenBefore = (name: string, { aliases, modelOverrides }: RouteSettings, world: CheckWorld): boolean =>
  !name.includes('*') &&
  (Object.hasOwn(modelOverrides, name) ||
    aliasMeaning(name, aliases, world.builtInAliases) !== null ||
    splitSuffix(name, world.isKnown) !== null)

function overrideProblems({ modelOverrides }: RouteSettings, world: CheckWorld): readonly Problem[] {
  return Object.entries(modelOverrides).flatMap(([name, target]) => {
    const path = `modelOverrides.${name}`
    const suffixed = splitSuffix(name, world.isKnown)
    return [
      ...(name === target ? [{ path, problem: 'It puts the model in its own place.' }] : []),
      ...(name.includes('*')
        ? [
            {
              path,
              problem: 'It can not match: names are taken as they are here, without wildcards. Use routing.rules.',
            },
          ]
        : []),
      ...(suffixed === null
        ? []
        : [{ path, problem: `It holds for this spelling alone. ${suffixed.base} holds for all suffixes.` }]),
    ]
  })
}

/** Every name that something is led to. */
function namesIn({
  aliases,
  cascade,
  complexity,
  mode,
  modelOverrides,
  rules,
}: RouteSettings): readonly [string, string][] {
  const usesTiers = mode === 'complexity' || mode === 'auto' || (mode === 'cascade' && cascade.models.length === 0)
  const tiers = usesTiers ? (['simple', 'moderate', 'complex'] as const) : []
  return [
    ...Object.entries(modelOverrides).map(([name, target]): [string, string] => [`modelOverrides.${name}`, target]),
    ...Object.entries(aliases).map(([name, target]): [string, string] => [`routing.aliases.${name}`, target]),
    ...rules.map(({ use }, place): [string, string] => [`routing.rules.${place}.use`, use]),
    ...tiers.map((tier): [string, string] => [`routing.complexity.${tier}`, complexity[tier]]),
    ...(mode === 'cascade' ? cascade.models : []).map((name, place): [string, string] => [
      `routing.cascade.models.${place}`,
      name,
    ]),
  ]
}

const mostAliases = 4

function nameProblem(
  path: string,
  name: string,
  settings: RouteSettings,
  world: CheckWorld,
  depth = 0,
): readonly Problem[] {
  if (depth > mostAliases) return [{ path, problem: 'It is an alias that leads to itself.' }]
  const alias = aliasMeaning(name, settings.aliases, world.builtInAliases)
  if (alias?.kind === 'name') return nameProblem(path, alias.name, settings, world, depth + 1)
  const names = alias === null ? [splitSuffix(name, world.isKnown)?.base ?? name] : alias.models
  const whys = names.map((model) => whyNowhere(model, alias !== null, world))
  if (whys.includes(null)) return []
  return [{ path, problem: `${names.map((model, place) => `${model} ${whys[place] ?? ''}`).join('; ')}.` }]
}

/** @param isOurs Of a list of ours nobody is led to what is retired. */
function whyNowhere(model: string, isOurs: boolean, world: CheckWorld): string | null {
  const found = world.resolve(model)
  if (found.kind === 'nowhere') return found.why
  const [first] = found.refs
  return isOurs && first !== undefined && world.isRetired(first) ? 'is retired' : null
}
