/** Runs lines in a shell, bounded in time, and leaves none of what they start behind, whichever way this ends. */

export interface Ended {
  readonly code: number | null
  readonly text: string
  readonly ms: number
}

const groups = new Set<number>()
process.on('exit', () => {
  for (const group of groups) endGroup(group)
})

function endGroup(group: number): void {
  try {
    process.kill(-group, 'SIGKILL')
  } catch {
    // All of it has ended by itself.
  }
}

/** With these variables alone; ended, with what it started, when its time is over. */
export async function run(line: string, cwd: string, env: Record<string, string>, timeoutMs: number): Promise<Ended> {
  const startedAt = performance.now()
  const child = Bun.spawn(['sh', '-c', line], {
    cwd,
    env,
    detached: true,
    stdin: 'ignore',
    stdout: 'pipe',
    stderr: 'pipe',
  })
  groups.add(child.pid)
  const timer = setTimeout(() => endGroup(child.pid), timeoutMs)
  const texts = Promise.all([new Response(child.stdout).text(), new Response(child.stderr).text()])
  await child.exited
  const ms = performance.now() - startedAt
  clearTimeout(timer)
  // What it left running would hold its output open.
  endGroup(child.pid)
  const [out, err] = await texts
  groups.delete(child.pid)
  return { code: child.exitCode, text: out + err, ms }
}
