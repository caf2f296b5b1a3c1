/** The thread that writes finished requests. */
import { systemClock } from '../lib/clock.ts'
import { openWriterHost } from '../store/writer-host.ts'
import type { ToWriter } from '../store/writer-messages.ts'

declare const self: Worker

const receive = openWriterHost({
  post: (message) => self.postMessage(JSON.stringify(message)),
  now: systemClock.now,
  monotonic: systemClock.monotonic,
})

self.addEventListener('message', ({ data }: MessageEvent<string>) => receive(JSON.parse(data) as ToWriter))
