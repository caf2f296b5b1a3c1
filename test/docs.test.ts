/** Documents against the product: what they name exists, what they show works, and no table of theirs is out of date. */
import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from 'bun:test'
import { existsSync, readdirSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { scripts, version } from '../package.json' with { type: 'json' }
import { clientLines } from '../src/cli/client-lines.ts'
import { otherVariables, settingVariables } from '../src/config/environment.ts'
import { merge } from '../src/config/merge.ts'
import { ConfigSchema, defaultConfig } from '../src/config/schema.ts'
import { parsePath } from '../src/config/setting-path.ts'
import { schemaAt, validate } from '../src/config/validate.ts'
import { controlOperations } from '../src/control/openapi.ts'
import { llmOperations } from '../src/control/openapi-llm.ts'
import { rows } from '../src/providers/catalog.ts'
import { run } from './cli/program.ts'
import {
  anchorsOf,
  callsIn,
  faults,
  fence,
  isCall,
  isEndpoint,
  isShell,
  pageAt,
  paths,
  read,
  root,
} from './support/documents.ts'
import { scriptedProvider } from './support/provider.ts'
import { startRelay, type Relay } from './support/relay.ts'

// The examples start processes, which a busy machine starts slowly.
setDefaultTimeout(30_000)

const readme = pageAt('README.md')

describe('what documents name exists:', () => {
  test('links, with their anchors', () => {
    const targetOf = (from: string, link: string) => join(dirname(from), link)
    const broken = faults(({ path, text }) =>
      [...text.replace(fence, '').matchAll(/\]\(([^)\s]+)\)/g)]
        .map(([, link = '']) => link)
        .filter((link) => !/^[a-z]+:/.test(link))
        .filter((link) => {
          const [file = '', anchor] = link.split('#')
          const target = file === '' ? path : targetOf(path, file)
          if (!existsSync(join(root, target))) return true
          return anchor !== undefined && !anchorsOf(read(target)).includes(anchor)
        }),
    )
    expect(broken).toEqual([])
  })

  test('files and folders', () => {
    const known = new Set(
      ['src', 'test', 'scripts', 'web'].flatMap((folder) =>
        [...new Bun.Glob('**/*.{ts,tsx,sh}').scanSync({ cwd: join(root, folder) })].map((path) => basename(path)),
      ),
    )
    const missing = faults(({ spans }) =>
      spans.filter((span) => {
        const name = span.replace(/^\.\//, '')
        if (/^(src|test|scripts|web|docs|\.ci)\/[\w./-]*$/.test(name)) return !existsSync(join(root, name))
        return /^[\w.-]+\.(ts|tsx|sh)$/.test(name) && !known.has(name)
      }),
    )
    expect(missing).toEqual([])
  })

  test('commands, with their flags', () => {
    const wrong = faults(({ spans, fences }) => [
      ...spans.flatMap((span) => callsIn(span).filter((call) => !isCall(call, false))),
      ...fences.filter(isShell).flatMap(({ text }) => callsIn(text).filter((call) => !isCall(call, true))),
    ])
    expect(wrong).toEqual([])
  })

  test('functions and values, in the file that is said to have them', () => {
    const wrong = faults(({ text }) =>
      [...text.matchAll(/`(\w+)` in `((?:src|web|scripts|test)\/[\w./-]+)`/g)].flatMap(([said, name = '', path = '']) =>
        existsSync(join(root, path)) && new RegExp(`\\b${name}\\b`).test(read(path)) ? [] : [said],
      ),
    )
    expect(wrong).toEqual([])
  })

  test('scripts of the package', () => {
    const wrong = faults(({ text }) =>
      [...text.matchAll(/\bbun run ([\w:-]+)/g)].map(([, name = '']) => name).filter((name) => !(name in scripts)),
    )
    expect(wrong).toEqual([])
  })

  test('variables', () => {
    const providers = rows.map(({ id }) => id.toUpperCase().replaceAll(/[-.]/g, '_'))
    const known = new Set<string>([
      ...[...settingVariables, ...otherVariables].map(({ name }) => name),
      ...providers.map((name) => `RELAYPLANE_${name}_BASE_URL`),
    ])
    // Those that only tests and scripts read are for whoever changes the project.
    const sources = ['test/support/relay.ts', 'test/web/support.ts', 'test/cli/program.ts', 'scripts/test.sh']
    const ofTests = new Set(sources.flatMap((path) => read(path).match(/\bRELAYPLANE_[A-Z_]+\b/g) ?? []))
    const wrong = faults(({ path, text }) =>
      (text.match(/\bRELAYPLANE_[A-Z_<>]*[A-Z>]/g) ?? []).filter(
        (name) => !known.has(name) && !(path === 'CONTRIBUTING.md' && ofTests.has(name)),
      ),
    )
    expect(wrong).toEqual([])
  })

  test('endpoints', () => {
    const wrong = faults(({ spans, fences }) => {
      const named = spans.flatMap((span) => /^(?:GET|POST|HEAD) (\/\S*)$/.exec(span)?.[1] ?? [])
      const asked = [...spans, ...fences.map(({ text }) => text)].flatMap((text) =>
        [...text.matchAll(/http:\/\/localhost:(?:4100|4801)([^\s"'`)}]*)/g)].map(([, path = '']) => path),
      )
      return [...named, ...asked].filter((path) => !isEndpoint(path))
    })
    expect(wrong).toEqual([])
  })

  test('headers', () => {
    const sources = ['src/pipeline', 'src/sinks']
      .flatMap((folder) => readdirSync(join(root, folder)).map((file) => read(`${folder}/${file}`)))
      .join('\n')
    const wrong = faults(({ text }) =>
      (text.match(/\bx-relayplane-[a-z]+(?:-[a-z]+)*/gi) ?? []).filter(
        (name) => !sources.includes(`'${name.toLowerCase()}'`),
      ),
    )
    expect(wrong).toEqual([])
  })

  test('settings', () => {
    const wrong = faults(({ spans }) =>
      spans
        .filter((span) => /^(server|timeouts|retention|log|providers|prices)\.(?!json|ts)[\w.<>/-]+$/.test(span))
        .filter((span) => {
          const path = parsePath(span.replace('<provider/model>', 'x').replace('<name>', 'x')) ?? []
          const named = path[0] === 'prices' ? ['prices', 'acme/large', ...path.slice(2)] : path
          return schemaAt(ConfigSchema, named) === undefined
        }),
    )
    expect(wrong).toEqual([])
  })
})

describe('examples', () => {
  test('of settings are valid', () => {
    const wrong = faults(({ fences }) =>
      fences.flatMap(({ info, text }) => {
        if (!info.startsWith('json')) return []
        const value = parse(text)
        const isConfig = info.endsWith('config.json') || Object.keys(value ?? {}).some((key) => key in defaultConfig)
        if (!isConfig) return []
        if (value === null) return ['a config that is no JSON']
        const { errors, unknown } = validate(ConfigSchema, merge(defaultConfig, value))
        return [...errors, ...unknown]
      }),
    )
    expect(wrong).toEqual([])
    expect(readme.fences.some(({ info }) => info === 'json config.json')).toBe(true)
  })

  const provider = scriptedProvider(() =>
    Response.json({
      id: 'msg_fake',
      type: 'message',
      role: 'assistant',
      model: 'claude-sonnet-4-5-20250929',
      content: [{ type: 'text', text: 'Hello.' }],
      stop_reason: 'end_turn',
      usage: { input_tokens: 12, output_tokens: 5 },
    }),
  )
  let relay: Relay
  beforeAll(async () => {
    relay = await startRelay({ providers: { anthropic: provider.url } })
  })
  afterAll(async () => {
    await relay.stop()
    await provider.stop()
  })

  const shell = async (command: string): Promise<string> => {
    const text = command.replaceAll('http://localhost:4801', relay.apiUrl)
    const env = { PATH: process.env['PATH'] ?? '', ANTHROPIC_API_KEY: 'sk-ant-fake-000000000000' }
    const child = Bun.spawn(['sh', '-c', text], { env, stdout: 'pipe', stderr: 'ignore' })
    return new Response(child.stdout).text()
  }
  const curls = readme.fences.filter(({ info, text }) => info === 'sh' && text.startsWith('curl '))
  const noCurl = Bun.which('curl') === null
  if (noCurl) console.log('skipped: no curl to run the examples of the README with')

  test.skipIf(noCurl)('of the README: the first request works, and costs what it says', async () => {
    const answer = await shell(curls[0]?.text ?? '')
    expect(answer).toStartWith('HTTP/1.1 200 ')
    expect(answer).toContain('\r\nx-relayplane-cost-usd: 0.000111\r\n')
    const row = relay.lastRow()
    expect(row).toMatchObject({ cost_nano_usd: 111_000, cost_status: 'priced', provider: 'anthropic' })

    const { out } = await run(['explain', String(row['id'])], { home: relay.home })
    for (const path of ['README.md', 'CHANGELOG.md']) {
      const shown = pageAt(path).fences.filter(({ text }) => text.includes('$ relayplane explain'))
      const lines = shown.flatMap(({ text }) => text.split('\n')).filter((line) => line.startsWith('  '))
      expect([path, lines.length]).toEqual([path, 3])
      for (const line of lines) expect(out).toContain(`${line}\n`)
    }
  })

  test.skipIf(noCurl)('of the README: an estimate names a price for both models', async () => {
    expect(curls.length).toBe(2)
    const answer = JSON.parse(await shell(curls[1]?.text ?? '')) as { estimates: { status: string }[] }
    expect(answer.estimates.map(({ status }) => status)).toEqual(['estimated', 'estimated'])
  })

  test('of files: the README names all that a running server leaves, SECURITY.md too', async () => {
    await fetch(`${relay.url}/health`)
    const left = readdirSync(relay.home)
      .map((name) => name.replace(/-(wal|shm)$/, '').replace(/^inflight-\d+/, 'inflight-<process id>'))
      .filter((name) => !name.startsWith('.'))
    expect(left).toContain('relayplane.db')
    for (const page of [readme, pageAt('SECURITY.md')]) {
      expect(left.filter((name) => !page.spans.includes(name)).map((name) => `${page.path}: ${name}`)).toEqual([])
    }
  })
})

function parse(text: string): Record<string, unknown> | null {
  try {
    return JSON.parse(text) as Record<string, unknown>
  } catch {
    return null // An excerpt with an ellipsis; where it has to be whole, that is a fault.
  }
}

describe('tables and pictures are those of the code:', () => {
  test('the line of each client', () => {
    const lines = clientLines('http://localhost:4801').map(({ client, line }) => `| ${client} | \`${line}\` |`)
    expect(readme.text).toContain(`\n${lines.join('\n')}\n`)
  })

  test('the endpoints of the LLM API', () => {
    const missing = llmOperations
      .map(({ method, path }) => `${method.toUpperCase()} ${path}`)
      .filter((endpoint) => !readme.spans.includes(endpoint))
    expect(missing).toEqual([])
  })

  test('the changes that need the admin token', () => {
    const { spans } = pageAt('SECURITY.md')
    const guarded = controlOperations
      .filter(({ isWrite }) => isWrite === true)
      .map(({ method, path }) => `${method.toUpperCase()} ${path}`)
    expect(guarded).toHaveLength(10)
    expect(guarded.filter((endpoint) => !spans.includes(endpoint))).toEqual([])
  })

  test('the stages, in their order', () => {
    const uses = [...read('src/pipeline/index.ts').matchAll(/\.use\((\w+)\(s\)\)/g)].map(([, name = '']) => name)
    expect(readme.spans).toContain(uses.join(' → '))
    const picture = readme.fences[0]?.text ?? ''
    const places = uses.map((name) => picture.indexOf(`│   ${name} `))
    expect(places).toEqual(places.filter((place) => place >= 0).toSorted((one, other) => one - other))
  })

  test('who may import whom', () => {
    const config = JSON.parse(read('.oxlintrc.json')) as { overrides: readonly LintOverride[] }
    const ruled = config.overrides.flatMap(({ files, rules }) => {
      const folder = /^src\/(\w+)\/\*\*$/.exec(files[0] ?? '')?.[1]
      const patterns = rules['no-restricted-imports']?.[1]?.patterns ?? []
      const group = patterns.find((pattern) => pattern.group !== undefined)?.group
      if (folder === undefined || group === undefined) return []
      const allowed = group
        .filter((glob) => glob.startsWith('!'))
        .map((glob) => glob.replaceAll(/^!\*\*\/|\/\*\*$/g, ''))
      return [`| \`${folder}\` | ${sorted(allowed.join(', '))} |`]
    })
    const shown = [...pageAt('ARCHITECTURE.md').text.matchAll(/^\| `(\w+)` \| ([^|]+) \|$/gm)].map(
      ([, folder = '', allowed = '']) => `| \`${folder}\` | ${sorted(allowed)} |`,
    )
    expect(shown.toSorted()).toEqual(ruled.toSorted())
  })

  test('the folders of tests, and the steps of CI', () => {
    const { text } = pageAt('CONTRIBUTING.md')
    const folders = readdirSync(join(root, 'test'), { withFileTypes: true }).filter((entry) => entry.isDirectory())
    const listed = [...text.matchAll(/^\| `(test\/\w+)` \|/gm)].map(([, name = '']) => name)
    expect(listed).toEqual(folders.map(({ name }) => `test/${name}`).toSorted())
    const steps = [...read('scripts/test.sh').matchAll(/^ *(?:if ! )?step (?:'([\w ]+)'|(\w+)) /gm)].map(
      ([, quoted, word]) => quoted ?? word ?? '',
    )
    expect([...text.matchAll(/^\d\. ([\w ]+):/gm)].map(([, name = '']) => name)).toEqual(steps)
  })

  test('every document is listed, and the changelog begins with this version', () => {
    const index = read('docs/README.md')
    const listed = (path: string) =>
      index.includes(path.startsWith('docs/') ? path.slice('docs/'.length) : `../${path}`)
    expect(
      paths.filter((path) => !path.startsWith('docs/decisions/') && path !== 'docs/README.md' && !listed(path)),
    ).toEqual([])
    expect(/^## (\S+)/m.exec(read('CHANGELOG.md'))?.[1]).toBe(version)
  })
})

interface LintOverride {
  readonly files: readonly string[]
  readonly rules: {
    readonly 'no-restricted-imports'?: readonly [
      string,
      { readonly patterns: readonly { readonly group?: readonly string[] }[] },
    ]
  }
}

/** Commas between braces belong to a name. */
const sorted = (names: string): string =>
  names
    .split(/, (?![^{]*\})/)
    .filter((name) => name !== 'nothing')
    .toSorted()
    .join(', ') || 'nothing'

test('decisions are numbered, have their three parts, and stand in their index under their own title', () => {
  const files = paths.filter((path) => /^docs\/decisions\/\d/.test(path))
  expect(files.map((path) => Number(basename(path).slice(0, 4)))).toEqual(files.map((_, index) => index + 1))
  const index = read('docs/decisions/README.md')
  for (const path of files) {
    const [, number, title = ''] = /^# (\d{4})\. (.+)\n/.exec(read(path)) ?? []
    const parts = [...read(path).matchAll(/^## (.+)$/gm)].map(([, part]) => part)
    expect([path, number, parts]).toEqual([path, basename(path).slice(0, 4), ['Context', 'Choice', 'Price']])
    expect(index).toContain(`| [${number}](${basename(path)}) | ${title} |`)
  }
})

test('no document praises, promises or points at one machine', () => {
  const banned = /\b(TODO|FIXME|blazing\w*|seamless\w*|effortless\w*|cutting-edge|revolutionary|coming soon)\b/i
  const places = /(?:^|[\s`"'(=])\/(?:work|root|tmp|home)\/\w/
  const wrong = faults(({ text }) => text.split('\n').filter((line) => banned.test(line) || places.test(line)))
  expect(wrong).toEqual([])
})
