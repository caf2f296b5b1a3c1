/** Controls that change something. In a browser that is not logged in they say what is missing, instead of failing. */
import { useState, type ReactNode } from 'react'
import { useCanWrite } from '../state/write.ts'
import { Ask, AskButtons } from './ask.tsx'
import { CopyButton } from './copy.tsx'

const command = 'relayplane dashboard'

/** What to do to be logged in. */
export const LoginHelp = () => (
  <>
    Run <code className="font-mono">{command}</code> <CopyButton text={command} what="the command" /> on the machine
    that RelayPlane runs on and open its link in this browser; it may make changes for twelve hours then.
  </>
)

/** Stands above what could be changed. */
export function LoginNote() {
  if (useCanWrite() !== false) return null
  return (
    <p role="note" data-testid="read-only" className="panel border-l-4 border-l-warn px-3 py-1.5 text-dim">
      <span className="text-ink">Read only.</span> <LoginHelp />
    </p>
  )
}

interface Props {
  readonly onPress: () => void
  readonly isBusy?: boolean
  /** Asked before: what will be, in a sentence, and the word for going on. */
  readonly confirm?: { readonly title: string; readonly text: ReactNode; readonly word: string }
  /** Makes it a switch. */
  readonly isOn?: boolean
  readonly title?: string
  /** The name where the content is none. */
  readonly label?: string
  readonly className?: string
  readonly testId?: string
  readonly children?: ReactNode
}

export function Action(props: Props) {
  const canWrite = useCanWrite()
  const [asked, setAsked] = useState(false)
  const { confirm, isBusy = false, isOn, onPress } = props
  const close = () => setAsked(false)
  return (
    <>
      <button
        type="button"
        role={isOn === undefined ? undefined : 'switch'}
        aria-checked={isOn}
        aria-label={props.label}
        // Not `disabled`, which would take the focus away while what was pressed is being done.
        aria-disabled={canWrite === false || isBusy || undefined}
        title={canWrite === false ? 'Needs a login' : props.title}
        className={props.className ?? (isOn === undefined ? 'button' : 'switch')}
        data-testid={props.testId}
        onClick={() => {
          if (canWrite === false || (confirm && !isBusy)) setAsked(true)
          else if (!isBusy) onPress()
        }}
      >
        {props.children}
      </button>
      {asked && canWrite === false && (
        <Ask title="This browser is not logged in" onClose={close}>
          <p className="mt-2 text-dim">
            Nothing was changed. <LoginHelp />
          </p>
          <AskButtons>
            <button type="button" className="button" onClick={close}>
              Close
            </button>
          </AskButtons>
        </Ask>
      )}
      {asked && canWrite !== false && confirm && (
        <Ask title={confirm.title} onClose={close}>
          <p className="mt-2 text-dim">{confirm.text}</p>
          <AskButtons>
            <button
              type="button"
              className="button border-accent text-accent"
              onClick={() => {
                close()
                onPress()
              }}
            >
              {confirm.word}
            </button>
            <button type="button" className="button" onClick={close}>
              Cancel
            </button>
          </AskButtons>
        </Ask>
      )}
    </>
  )
}

/** Why a change was not made; nothing while none failed. */
export const NotChanged = ({ fault }: { readonly fault: Error | null }) =>
  fault && (
    <p role="alert" data-testid="not-changed" className="whitespace-pre-line px-3 py-1.5 text-danger">
      Not changed. {fault.message}
    </p>
  )
