/** What was spent in the hour and the day that end now: sums over windows that slide. Takes the clock's reading, not the clock. */

export type WindowName = 'hour' | 'day'

export const windowMs: Readonly<Record<WindowName, number>> = { hour: 3_600_000, day: 86_400_000 }

/** What is spent in one second leaves the window together, once all of it is old enough. */
const stepMs = 1000

/** Left behind at the front before the lists are cut. */
const slack = 1024

interface Tail {
  /** Index of the first step that is still in the window. */
  first: number
  sum: number
}

export class SpendWindow {
  #starts: number[] = []
  #sums: number[] = []
  readonly #tails: Record<WindowName, Tail> = { hour: { first: 0, sum: 0 }, day: { first: 0, sum: 0 } }

  /** @param atMs Unix ms; what is older than what came before counts with it: clocks may jump back. @param nanoUsd Integer. */
  add(atMs: number, nanoUsd: number): void {
    const start = atMs - (atMs % stepMs)
    const last = this.#starts.length - 1
    const isThere = last >= this.#tails.hour.first && start <= (this.#starts[last] ?? 0)
    if (isThere) this.#sums[last] = (this.#sums[last] ?? 0) + nanoUsd
    else {
      this.#starts.push(start)
      this.#sums.push(nanoUsd)
    }
    this.#tails.hour.sum += nanoUsd
    this.#tails.day.sum += nanoUsd
  }

  /** Nano-USD. */
  sum(window: WindowName, nowMs: number): number {
    const tail = this.#tails[window]
    for (; tail.first < this.#starts.length; tail.first++) {
      if (leavesAt(this.#starts[tail.first] ?? 0, window) > nowMs) break
      tail.sum -= this.#sums[tail.first] ?? 0
    }
    if (this.#tails.day.first > slack && window === 'day') this.#forgetOld()
    return tail.sum
  }

  /** Unix ms when at least so much of what is spent now will have left; null where there is not that much. */
  freesAt(window: WindowName, nowMs: number, nanoUsd: number): number | null {
    this.sum(window, nowMs)
    let freed = 0
    for (let index = this.#tails[window].first; index < this.#starts.length; index++) {
      freed += this.#sums[index] ?? 0
      if (freed >= nanoUsd && freed > 0) return leavesAt(this.#starts[index] ?? 0, window)
    }
    return null
  }

  /** What was spent after a time, within the last day. A walk from the end: for reports, not for every request. */
  since(fromMs: number): number {
    let sum = 0
    for (let index = this.#starts.length - 1; index >= this.#tails.day.first; index--) {
      if ((this.#starts[index] ?? 0) < fromMs - (fromMs % stepMs)) break
      sum += this.#sums[index] ?? 0
    }
    return sum
  }

  #forgetOld(): void {
    const { first } = this.#tails.day
    this.#starts = this.#starts.slice(first)
    this.#sums = this.#sums.slice(first)
    this.#tails.day.first = 0
    this.#tails.hour.first = Math.max(0, this.#tails.hour.first - first)
  }
}

const leavesAt = (start: number, window: WindowName): number => start + stepMs + windowMs[window]
