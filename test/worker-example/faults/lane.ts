// Plays acts one after the other on one stage, while others are played on theirs.

import type { Act, Row } from './row.ts'

/** A fault that is being played. */
export interface Played {
  readonly fault: string
  /** What it looked like. It may take minutes, and rejects where it was not as it has to be. */
  readonly row: Promise<Row>
}

/** Begins at once; an act that fails does not keep the next one from its stage. */
export function lane<Stage>(open: () => Promise<Stage>, acts: readonly Act<Stage>[]): Played[] {
  const opening = open()
  let turn: Promise<unknown> = opening.catch(() => {})
  return acts.map(({ fault, play }) => {
    const row = turn.then(async () => ({ fault, ...(await play(await opening)) }))
    turn = row.catch(() => {}) // whoever reads the row meets the error
    return { fault, row }
  })
}

/** Resolves when all of these are over, whatever came of them. */
export async function over(played: readonly Played[]): Promise<void> {
  await Promise.allSettled(played.map(({ row }) => row))
}
