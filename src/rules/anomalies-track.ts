/** What is remembered of one session, or of all together: the points it stood at, its conversations, its spend by minute. */
import type { Finding } from './anomalies.ts'
import { openPoints, type Points } from './anomalies-points.ts'
import { openSpend, type Spend } from './anomalies-spend.ts'
import { openLanes, type Lanes } from './loops.ts'

export interface Track {
  readonly scope: Finding['scope']
  readonly points: Points
  readonly lanes: Lanes
  readonly spend: Spend
}

export const openTrack = (scope: Finding['scope'], keptPoints: number): Track => ({
  scope,
  points: openPoints(keptPoints),
  lanes: openLanes(),
  spend: openSpend(),
})

/** What was found is not found again from the same requests. */
export function forgive({ points, lanes, spend }: Track): void {
  points.clear()
  lanes.forgive()
  spend.clear()
}
