import { describe, expect, test, vi } from 'vitest'
import { createEmulator, type EmulatorFaults } from '../../../src/emulator/index.ts'
import { call, flatten, now, send, sign } from '../sts-call.ts'

const who = { Action: 'GetCallerIdentity' }

function emulatorWith(faults: EmulatorFaults, clock = () => now) {
  return createEmulator({ now: clock, faults })
}

async function verdicts(emulator: ReturnType<typeof emulatorWith>, count: number, parameters = who) {
  const answers = []
  for (let index = 0; index < count; index++) answers.push(await call(emulator, parameters))
  return answers.map(({ status, text }) => text('Code') ?? status)
}

describe('an error on order', () => {
  test('comes as often as it was ordered', async () => {
    const emulator = emulatorWith([{ times: 2, code: 'InternalFailure' }])
    expect(await verdicts(emulator, 3)).toEqual(['InternalFailure', 'InternalFailure', 200])
  })

  test('comes in the order of the list', async () => {
    const emulator = emulatorWith([
      { times: 1, status: 503 },
      { times: 1, code: 'ThrottlingException', status: 429, message: 'Slow down' },
    ])
    const [first, second, third] = [
      await call(emulator, who),
      await call(emulator, who),
      await call(emulator, who),
    ]
    expect([first.status, first.text('Code')]).toEqual([503, 'ServiceUnavailable'])
    expect([second.status, second.text('Code'), second.text('Message')]).toEqual([
      429,
      'ThrottlingException',
      'Slow down',
    ])
    expect(third.status).toBe(200)
  })

  test('comes with one operation alone', async () => {
    const emulator = emulatorWith([{ operation: 'GetSessionToken', code: 'AccessDenied', status: 403 }])
    expect(await verdicts(emulator, 2)).toEqual([200, 200])
    expect(await verdicts(emulator, 1, { Action: 'GetSessionToken' })).toEqual(['AccessDenied'])
  })

  test('can be decided by a function, request by request', async () => {
    const asked: unknown[] = []
    const emulator = emulatorWith(({ service, operation }) => {
      asked.push([service, operation])
      return asked.length === 1 ? { status: 500 } : undefined
    })
    expect(await verdicts(emulator, 2)).toEqual(['InternalFailure', 200])
    expect(asked).toEqual([
      ['sts', 'GetCallerIdentity'],
      ['sts', 'GetCallerIdentity'],
    ])
  })

  test('can be ordered later, in the place of those before', async () => {
    const emulator = emulatorWith([{ status: 500 }])
    emulator.setFaults([{ times: 1, status: 503 }])
    expect(await verdicts(emulator, 2)).toEqual(['ServiceUnavailable', 200])
    emulator.setFaults([])
    expect(await verdicts(emulator, 1)).toEqual([200])
  })

  test.each([
    ['OutboundWebIdentityFederationDisabledException', 403],
    ['SessionDurationEscalationException', 403],
    ['AccessDenied', 403],
    ['ExpiredToken', 403],
    ['FeatureDisabled', 404],
    ['FeatureEnabled', 409],
    ['InternalFailure', 500],
    ['ServiceUnavailable', 503],
    ['Throttling', 400],
  ])('%s has AWS’s status %i unless told otherwise', async (code, status) => {
    expect((await call(emulatorWith([{ code }]), who)).status).toBe(status)
    expect((await call(emulatorWith([{ code, status: 418 }]), who)).status).toBe(418)
  })

  test.each([
    [403, 'AccessDenied'],
    [404, 'ValidationError'],
    [429, 'Throttling'],
    [502, 'InternalFailure'],
  ])('of status %i alone is %s', async (status, code) => {
    expect((await call(emulatorWith([{ status }]), who)).text('Code')).toBe(code)
  })

  test.each([204, 205, 304])('of status %i has no body, as on the wire', async (status) => {
    for (const fault of [{ status }, { status, body: 'page' }, { status, close: 'body' as const }]) {
      const answer = await call(emulatorWith([fault]), who)
      expect([answer.status, answer.xml]).toEqual([status, ''])
    }
  })

  test('is told to who watches', async () => {
    const emulator = emulatorWith([{ status: 503 }])
    await call(emulator, who)
    expect(emulator.requests).toMatchObject([
      { statusCode: 503, fault: { status: 503 }, errorCode: 'ServiceUnavailable' },
    ])
  })
})

test('a throttle lets a burst pass and refills with time', async () => {
  let time = now
  const emulator = emulatorWith([{ throttle: { ratePerSecond: 2, burst: 3 } }], () => time)
  expect(await verdicts(emulator, 5)).toEqual([200, 200, 200, 'Throttling', 'Throttling'])
  time += 1000
  expect(await verdicts(emulator, 3)).toEqual([200, 200, 'Throttling'])
  const { status, text } = await call(emulator, who)
  expect([status, text('Message')]).toEqual([400, 'Rate exceeded'])
  time += 3_600_000
  const afterAnHour = async () => (await call(emulator, who, { signedAt: time })).status
  expect([await afterAnHour(), await afterAnHour(), await afterAnHour(), await afterAnHour()]).toEqual([
    200, 200, 200, 400,
  ])
  // A clock that a test turns back empties no bucket.
  time += 500
  expect(await afterAnHour()).toBe(200)
  time -= 10_000
  expect(await afterAnHour()).toBe(400)
  time += 500
  expect(await afterAnHour()).toBe(200)
})

test('the same faults ordered again begin anew', async () => {
  const faults = [
    { operation: 'GetCallerIdentity', times: 1, status: 503 },
    { throttle: { ratePerSecond: 1, burst: 1 } },
  ]
  const emulator = emulatorWith(faults)
  const three = ['ServiceUnavailable', 200, 'Throttling']
  expect(await verdicts(emulator, 3)).toEqual(three)
  emulator.setFaults(faults)
  expect(await verdicts(emulator, 3)).toEqual(three)
})

test('a proxy’s page comes in the place of AWS’s answer', async () => {
  const body = '<html><body>502 Bad Gateway</body></html>'
  const answer = await call(emulatorWith([{ body }]), who)
  expect([answer.status, answer.xml, answer.headers.get('content-type')]).toEqual([
    502,
    body,
    'text/html; charset=utf-8',
  ])
  const json = await call(emulatorWith([{ body: '{"message":"no"}', status: 403 }]), who)
  expect([json.status, json.headers.get('content-type')]).toEqual([403, 'application/json'])
})

test('a clock that is off refuses signatures and shows itself in Date', async () => {
  const answer = await call(emulatorWith([{ dateOffsetMs: 3_600_000 }]), who)
  expect([answer.status, answer.text('Code')]).toEqual([403, 'SignatureDoesNotMatch'])
  expect(answer.text('Message')).toContain('Signature expired')
  expect(answer.headers.get('date')).toBe(new Date(now + 3_600_000).toUTCString())
})

describe('a delay', () => {
  test('comes first', async () => {
    const started = performance.now()
    expect((await call(emulatorWith([{ delayMs: 50 }]), who)).status).toBe(200)
    expect(performance.now() - started).toBeGreaterThanOrEqual(45)
  })

  test('ends with the request’s signal', async () => {
    const emulator = emulatorWith([{ delayMs: 60_000 }])
    const answer = emulator.fetch(await sign(emulator, flatten({ ...who, Version: '2011-06-15' })), {
      signal: AbortSignal.timeout(20),
    })
    await expect(answer).rejects.toMatchObject({ name: 'TimeoutError' })
  })
})

test('a delay of a request that was aborted before leaves no timer', async () => {
  const emulator = emulatorWith([{ delayMs: 600_000 }])
  const request = await sign(emulator, flatten({ ...who, Version: '2011-06-15' }))
  vi.useFakeTimers()
  try {
    const controller = new AbortController()
    const answer = emulator.fetch(request, { signal: controller.signal })
    controller.abort()
    await expect(answer).rejects.toThrow()
    await vi.advanceTimersByTimeAsync(1000)
    expect(vi.getTimerCount()).toBe(0)
  } finally {
    vi.useRealTimers()
  }
})

describe('a status without a body', () => {
  test.each([
    [{ status: 204 }],
    [{ status: 205, body: 'x' }],
    [{ status: 304, code: 'Throttling' }],
    [{ status: 204, close: 'body' as const }],
  ])('answers %j', async (fault) => {
    const answer = await call(emulatorWith([fault]), who)
    expect([answer.status, answer.xml]).toEqual([fault.status, ''])
  })
})

test('a code is text, whatever it holds', async () => {
  const answer = await call(emulatorWith([{ code: '<a>&' }]), who)
  expect(answer.xml).toContain('<Code>&lt;a&gt;&amp;</Code>')
})

test('who changes a record of a fault changes no fault to come', async () => {
  const emulator = emulatorWith([{ times: 2, status: 503 }])
  const [first] = await verdicts(emulator, 1)
  Object.assign(emulator.requests[0]?.fault ?? {}, { status: 500 })
  expect([first, ...(await verdicts(emulator, 2))]).toEqual(['ServiceUnavailable', 'ServiceUnavailable', 200])
})

describe('a connection that breaks', () => {
  test('before the answer', async () => {
    const emulator = emulatorWith([{ times: 1, close: 'before' }])
    await expect(call(emulator, who)).rejects.toThrow(TypeError)
    expect(emulator.requests).toMatchObject([{ statusCode: 0 }])
    expect((await call(emulator, who)).status).toBe(200)
  })

  test.each(['headers', 'body'] as const)('after the %s', async (close) => {
    const emulator = emulatorWith([{ close }])
    const response = await emulator.fetch(await sign(emulator, flatten({ ...who, Version: '2011-06-15' })))
    expect(response.status).toBe(200)
    const chunks: string[] = []
    const reading = (async () => {
      const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader()
      for (let part = await reader?.read(); part && !part.done; part = await reader?.read())
        chunks.push(part.value)
    })()
    await expect(reading).rejects.toThrow('cut the connection')
    expect(chunks.join('').startsWith('<GetCallerIdentityResponse')).toBe(close === 'body')
    expect(Number(response.headers.get('content-length'))).toBeGreaterThan(chunks.join('').length)
  })
})

describe('an order that can’t be carried out is refused', () => {
  test.each([
    [{}, 'faults[0] must say what goes wrong'],
    [{ status: 99 }, 'faults[0].status must be an integer from 200 to 599'],
    [{ code: 'A', times: 0 }, 'faults[0].times must be an integer from 1 to 1000000'],
    [{ close: 'now' }, 'faults[0].close must be before, headers or body'],
    [
      { throttle: { ratePerSecond: 0, burst: 1 } },
      'faults[0].throttle.ratePerSecond must be a number above 0',
    ],
    [{ delay: 5 }, 'faults[0].delay is not known here'],
    [{ dateOffsetMs: 1e300 }, 'faults[0].dateOffsetMs must be an integer from'],
  ])('%j', (fault, message) => {
    expect(() => createEmulator({ faults: [fault as never] })).toThrow(message)
  })

  test('also by a function', async () => {
    const emulator = emulatorWith((() => ({ status: 1 })) as never)
    await expect(call(emulator, who)).rejects.toThrow('fault.status must be an integer')
    for (const nothing of [null, 0, '']) {
      const rubbish = emulatorWith((() => nothing) as never)
      await expect(call(rubbish, who)).rejects.toThrow('fault must be an object')
    }
  })
})

test('a request that can’t be read meets faults too', async () => {
  const emulator = emulatorWith([{ times: 1, status: 503 }])
  const request = () =>
    new Request(emulator.endpoint, {
      method: 'POST',
      body: '%',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
    })
  expect((await send(emulator, request())).status).toBe(503)
  expect((await send(emulator, request())).text('Code')).toBe('MalformedInput')
})

test('a client that gives up on a late answer is told of all the same', async () => {
  const emulator = createEmulator({ faults: [{ delayMs: 60_000 }] })
  const patience = new AbortController()
  const answer = emulator.fetch(`${emulator.endpoint}/?Action=GetCallerIdentity`, { signal: patience.signal })
  setTimeout(() => patience.abort(), 20)
  await expect(answer).rejects.toThrow('abort')
  await vi.waitFor(() =>
    expect(emulator.requests).toMatchObject([
      { operation: 'GetCallerIdentity', statusCode: 0, fault: { delayMs: 60_000 } },
    ]),
  )
})
