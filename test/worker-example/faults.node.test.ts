// The faults of docs/worker.md, played for real: the Worker as it is deployed, in four isolates, and the emulator. What each
// caller saw is the table there: `npm run faults` writes it, and else it is compared.

import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { bundleWorker } from '../../worker-example/demo/fleet.ts'
import { rotated, switchedOff } from './faults/account-faults.ts'
import { gone, thousand } from './faults/caller-faults.ts'
import { POLICY, recovery, wishes } from './faults/crowd.ts'
import { lane, over } from './faults/lane.ts'
import {
  abortedInMint,
  abortedInRenewal,
  SILENT_LEDGER,
  silentLedger,
  THROWING_LEDGER,
  throwingLedger,
  wiped,
} from './faults/object-faults.ts'
import { rowsOfPage, writePage } from './faults/page.ts'
import { outage, stsFaults } from './faults/sts-faults.ts'
import { Theatre } from './faults/theatre.ts'

const folder = await mkdtemp(join(tmpdir(), 'faults-'))
const storage = join(folder, 'storage')
const opened = new Set<Theatre>()
afterAll(async () => {
  await over(played)
  await Promise.all([...opened].map((theatre) => theatre.close()))
  await rm(folder, { recursive: true, force: true })
}, 180_000)

const bundled = bundleWorker(POLICY)

// One after the other, and warm: how long a cold start takes on this machine is not what is looked at.
let opening: Promise<unknown> = Promise.resolve()
function open(options: Parameters<typeof Theatre.open>[0] = {}): Promise<Theatre> {
  const theatre = opening.then(async () => {
    const theatre = await Theatre.open({ script: await bundled, ...options })
    opened.add(theatre)
    await recovery(theatre, wishes('warm'))
    return theatre
  })
  opening = theatre.catch(() => {})
  return theatre
}

// At the same time: in the first and the third it is time that is waited for, most of the time.
const minute = lane(() => open(), [outage])
const stored = open({ storage })
const inTurn = lane(() => stored, [...stsFaults, rotated, wiped(storage), abortedInMint, gone])
const renewal = lane(() => open(), [abortedInRenewal, switchedOff])
const throwing = lane(() => over(renewal).then(() => open({ sinks: THROWING_LEDGER })), [throwingLedger])
const silence = lane(() => over(throwing).then(() => open({ sinks: SILENT_LEDGER })), [silentLedger])
// Alone, for a thousand take all that the machine has.
const before = [...minute, ...inTurn, ...renewal, ...throwing, ...silence]
const crowded = lane(() => over(before).then(() => stored), [thousand])
const played = [...before, ...crowded]

if (process.env['FAULTS_TABLE'] === 'write') {
  test('the table in docs/worker.md is written', { timeout: 180_000 }, async () => {
    writePage(await Promise.all(played.map(({ row }) => row)))
  })
} else {
  test.each(played)(
    'what callers see is as docs/worker.md says: $fault',
    { timeout: 180_000 },
    async ({ fault, row }) => {
      expect(await row).toEqual(rowsOfPage().find((each) => each.fault === fault))
    },
  )

  test('docs/worker.md tells of no other fault', () => {
    expect(rowsOfPage().map(({ fault }) => fault)).toEqual(played.map(({ fault }) => fault))
  })
}
