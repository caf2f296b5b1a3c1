/** Prometheus' text format. Knows nothing of what is measured. */

export type Labels = Readonly<Record<string, string>>

export type Sample =
  | { readonly labels: Labels; readonly value: number }
  /** Of a histogram: values and how often each was observed. */
  | { readonly labels: Labels; readonly observed: readonly (readonly [value: number, count: number])[] }
  /** Of a histogram that has nothing between its bounds. */
  | { readonly labels: Labels; readonly sum: number; readonly count: number }

export interface Family {
  readonly name: string
  readonly type: 'counter' | 'gauge' | 'histogram'
  /** One line. */
  readonly help: string
  /** Upper bounds of a histogram, ascending, without infinity. */
  readonly bounds?: readonly number[]
  readonly samples: readonly Sample[]
}

export const writeFamilies = (families: readonly Family[]): string => families.map(writeFamily).join('')

function writeFamily(family: Family): string {
  const { name, type, help } = family
  const lines = merge(family.samples).flatMap((sample) => writeSample(family, sample))
  return [`# HELP ${name} ${help.replaceAll('\\', '\\\\')}`, `# TYPE ${name} ${type}`, ...lines, ''].join('\n')
}

/** Samples of the same labels become one: a label set may stand once only. */
function merge(samples: readonly Sample[]): Sample[] {
  const merged = new Map<string, Sample>()
  for (const sample of samples) {
    const key = writeLabels(sample.labels)
    const known = merged.get(key)
    merged.set(key, known === undefined ? sample : add(known, sample))
  }
  return [...merged.values()]
}

function add(one: Sample, other: Sample): Sample {
  const { labels } = one
  if ('value' in one && 'value' in other) return { labels, value: one.value + other.value }
  if ('observed' in one && 'observed' in other) return { labels, observed: [...one.observed, ...other.observed] }
  if ('sum' in one && 'sum' in other) return { labels, sum: one.sum + other.sum, count: one.count + other.count }
  throw new TypeError('One family has samples of one kind.')
}

function writeSample({ name, bounds = [] }: Family, sample: Sample): string[] {
  const { labels } = sample
  if ('value' in sample) return [`${name}${writeLabels(labels)} ${writeNumber(sample.value)}`]
  const [sum, count] = 'sum' in sample ? [sample.sum, sample.count] : totals(sample.observed)
  const buckets = bounds.map((bound) => {
    const within = 'observed' in sample ? sample.observed.filter(([value]) => value <= bound) : []
    return `${name}_bucket${writeLabels({ ...labels, le: String(bound) })} ${totals(within)[1]}`
  })
  return [
    ...buckets,
    `${name}_bucket${writeLabels({ ...labels, le: '+Inf' })} ${count}`,
    `${name}_sum${writeLabels(labels)} ${writeNumber(sum)}`,
    `${name}_count${writeLabels(labels)} ${count}`,
  ]
}

const totals = (observed: readonly (readonly [number, number])[]): [sum: number, count: number] =>
  observed.reduce<[number, number]>(([sum, count], [value, times]) => [sum + value * times, count + times], [0, 0])

/** To the nano; adding decimals in binary leaves dust beyond it. */
const writeNumber = (value: number): string => String(Number(value.toFixed(9)))

function writeLabels(labels: Labels): string {
  const pairs = Object.entries(labels).map(([name, value]) => `${name}="${escape(value)}"`)
  return pairs.length === 0 ? '' : `{${pairs.join(',')}}`
}

const escape = (value: string): string => value.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n')
