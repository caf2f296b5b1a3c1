/** Before the first request: the one line to paste, per client. */
import { clientLines } from '../state/client-lines.ts'
import { CopyButton } from './copy.tsx'

/** @param apiPort The listener meant for agents; where it is off, the one that served this page answers them too. */
export function Onboarding({ apiPort }: { readonly apiPort: number | undefined }) {
  const origin = apiPort === undefined ? location.origin : `http://${location.hostname}:${apiPort}`
  return (
    <section data-testid="onboarding" aria-labelledby="start" className="mx-auto w-full max-w-2xl py-8">
      <h1 id="start" className="text-base font-semibold">
        No request has come through yet
      </h1>
      <p className="mt-1 text-dim">
        Paste one line and work as before. Requests pass through unchanged; their cost shows up here as they end.
      </p>
      <dl className="panel mt-4">
        {clientLines(origin).map(({ client, line }) => (
          <div
            key={client}
            className="flex items-start gap-2 border-line px-3 py-2 not-first:border-t max-sm:flex-wrap"
          >
            <dt className="w-28 shrink-0 pt-0.5 text-dim max-sm:w-full">{client}</dt>
            <dd className="flex min-w-0 flex-1 items-start gap-2">
              <code className="min-w-0 flex-1 break-words pt-0.5 font-mono text-xs leading-5">{line}</code>
              <CopyButton text={line} what={`the line for ${client}`} />
            </dd>
          </div>
        ))}
      </dl>
    </section>
  )
}
