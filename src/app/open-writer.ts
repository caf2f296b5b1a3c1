/** Starts the writer's thread. Beside it, because the address of a worker is told from the file that names it. */
import type { FromWriter } from '../store/writer-messages.ts'
import type { WriterThread } from '../store/writer.ts'

export function startWriterThread(hear: (message: FromWriter) => void, failed: (reason: string) => void): WriterThread {
  const worker = new Worker(new URL('./writer.worker.ts', import.meta.url).href)
  let hasFailed = false
  const fail = (reason: string) => {
    if (!hasFailed) failed(reason)
    hasFailed = true
  }
  worker.addEventListener('message', ({ data }: MessageEvent<string>) => hear(JSON.parse(data) as FromWriter))
  worker.addEventListener('error', (event) => fail(event.message))
  worker.addEventListener('close', () => fail('it ended'))
  return {
    post: (message) => worker.postMessage(JSON.stringify(message)),
    end: () => worker.terminate(),
  }
}
