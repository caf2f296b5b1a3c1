/** Catches what a page throws while it draws: the header stays, and the reader is told. */
import { Component, type ReactNode } from 'react'
import { Failed } from './notice.tsx'

interface State {
  readonly fault: Error | null
}

export class Boundary extends Component<{ readonly children: ReactNode }, State> {
  override state: State = { fault: null }

  static getDerivedStateFromError(fault: unknown): State {
    return { fault: fault instanceof Error ? fault : new Error(String(fault)) }
  }

  override render(): ReactNode {
    const { fault } = this.state
    if (!fault) return this.props.children
    return (
      <div className="p-4">
        <Failed what="This page" fault={fault} onRetry={() => this.setState({ fault: null })} />
      </div>
    )
  }
}
