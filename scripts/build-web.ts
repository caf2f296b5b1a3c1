/**
 * Bundles web/ into one self-contained dist/dashboard.html, and lists the hashes of its inline scripts and styles in
 * dist/dashboard.csp.json for a Content-Security-Policy without 'unsafe-inline'.
 * Usage: build-web.ts [--if-stale]
 */
import { createHash } from 'node:crypto'
import { stat } from 'node:fs/promises'
import { join } from 'node:path'
import tailwind from 'bun-plugin-tailwind'

export interface Policy {
  readonly scripts: readonly string[]
  readonly styles: readonly string[]
}

const root = join(import.meta.dir, '..')
const entry = 'web/index.html'
const page = 'dist/dashboard.html'
const policyFile = 'dist/dashboard.csp.json'

export async function buildWeb(): Promise<void> {
  const built = await Bun.build({
    entrypoints: [join(root, entry)],
    target: 'browser',
    compile: true,
    minify: true,
    define: { 'process.env.NODE_ENV': '"production"' },
    plugins: [tailwind],
  })
  const bundled = await built.outputs[0]?.text()
  if (bundled === undefined) throw new Error(`${entry} gave no output`)

  const html = closeOffComments(bundled)
  refuseWhatPolicyForbids(html)
  const policy = hashInline(html)
  await Bun.write(join(root, policyFile), JSON.stringify(policy, null, 2) + '\n')
  // Last, because its age decides whether the pair is stale.
  await Bun.write(join(root, page), html)
  console.log(
    `${page}: ${Math.ceil(Buffer.byteLength(html) / 1024)} KB, ${policy.scripts.length} script, ${policy.styles.length} style`,
  )
}

export async function hasWeb(): Promise<boolean> {
  return Bun.file(join(root, entry)).exists()
}

export async function isWebStale(): Promise<boolean> {
  const builtMs = Math.min(await modifiedMs(page), await modifiedMs(policyFile))
  if (builtMs === 0) return true
  for (const source of ['scripts/build-web.ts', 'bun.lock', ...new Bun.Glob('web/**/*').scanSync({ cwd: root })]) {
    if ((await modifiedMs(source)) > builtMs) return true
  }
  return false
}

async function modifiedMs(path: string): Promise<number> {
  return stat(join(root, path)).then(
    (found) => found.mtimeMs,
    () => 0,
  )
}

/** A comment of the page, or an element whose text the parser takes raw. Bun escapes `</script` and `</style` in that text. */
const rawElements = /<!--[\s\S]*?-->|<(script|style)\b([^>]*)>([\s\S]*?)<\/\1\s*>/gi

/** After `<!--` and `<script` in a script's text, `</script>` would no longer end it; React's own code has `<script`. */
export function closeOffComments(html: string): string {
  return html.replace(rawElements, (whole, tag: string | undefined, attributes: string, text: string) => {
    if (tag?.toLowerCase() !== 'script' || !text.includes('<!--')) return whole
    const escaped = text.replaceAll('<!--', '\\x3C!--')
    // Right in strings and patterns, a syntax error elsewhere: parse it rather than guess.
    new Bun.Transpiler({ loader: 'js' }).transformSync(escaped)
    return `<script${attributes}>${escaped}</script>`
  })
}

export function hashInline(html: string): Policy {
  const scripts: string[] = []
  const styles: string[] = []
  for (const [, tag, attributes = '', text = ''] of html.matchAll(rawElements)) {
    if (tag === undefined || /\bsrc\s*=/i.test(attributes)) continue
    // Browsers hash what the parser gives them, and it turns CR LF into LF.
    const hash = createHash('sha256').update(text.replace(/\r\n?/g, '\n')).digest('base64')
    ;(tag.toLowerCase() === 'script' ? scripts : styles).push(`sha256-${hash}`)
  }
  return { scripts, styles }
}

/** A page with one of these would load and then silently miss a part, since the policy allows only what is inline and hashed. */
export function refuseWhatPolicyForbids(html: string): void {
  const problems: string[] = []
  const tags = html.replace(rawElements, (whole, tag?: string) =>
    tag === undefined ? '' : whole.replace(/>[\s\S]*/, '>'),
  )
  for (const [tag, name = ''] of tags.matchAll(/<([a-z][a-z0-9-]*)\b(?:"[^"]*"|'[^']*'|[^>"'])*>/gi)) {
    for (const [, attribute = '', , double, single, bare] of tag.matchAll(
      /\s([a-z:-]+)\s*=\s*("([^"]*)"|'([^']*)'|([^\s>]+))/gi,
    )) {
      const value = (double ?? single ?? bare ?? '').trim()
      if (isResource(name, attribute) && !/^(data:|#|$)/i.test(value)) problems.push(`<${name}> loads ${value}`)
      if (/^on/i.test(attribute)) problems.push(`<${name}> has the inline handler ${attribute}`)
      if (/^style$/i.test(attribute)) problems.push(`<${name}> has a style attribute`)
    }
  }
  for (const [, tag, , css = ''] of html.matchAll(rawElements)) {
    if (tag?.toLowerCase() !== 'style') continue
    for (const [, url = ''] of css.matchAll(/url\(\s*["']?([^"')]*)/gi)) {
      if (!/^(data:|#)/i.test(url)) problems.push(`a style loads ${url}`)
    }
    for (const [rule] of css.matchAll(/@import\b[^;]*/gi)) problems.push(`a style has ${rule}`)
  }
  if (problems.length > 0) throw new Error(`${page} isn't self-contained:\n${problems.join('\n')}`)
}

function isResource(tag: string, attribute: string): boolean {
  if (/^(src|srcset|poster|data|xlink:href)$/i.test(attribute)) return true
  return /^href$/i.test(attribute) && !/^(a|area|base)$/i.test(tag)
}

if (import.meta.main && !(process.argv.includes('--if-stale') && !(await isWebStale()))) await buildWeb()
