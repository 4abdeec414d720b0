// The workflows of GitHub, as far as they can be held without GitHub: that they parse, ask for no more than they need,
// run what a person runs, and that a release is published with its provenance and without a secret.

import { existsSync, globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { parseDocument } from 'yaml'

interface Step {
  readonly uses?: string
  readonly run?: string
  readonly with?: Readonly<Record<string, unknown>>
}

interface Job {
  readonly needs?: string | readonly string[]
  readonly permissions?: Readonly<Record<string, string>>
  readonly 'timeout-minutes'?: number
  readonly steps: readonly Step[]
}

interface Workflow {
  readonly name: string
  readonly on: Readonly<Record<string, unknown>>
  readonly permissions: Readonly<Record<string, string>>
  readonly jobs: Readonly<Record<string, Job>>
}

const root = join(import.meta.dirname, '../..')
const files = globSync('.github/workflows/*', { cwd: root })
const textOf = (file: string) => readFileSync(join(root, file), 'utf8')
const workflow = (file: string): Workflow => parseDocument(textOf(file)).toJS()
const stepsOf = ({ jobs }: Workflow) => Object.values(jobs).flatMap(({ steps }) => steps)

test('there is one for changes and one for releases', () => {
  expect([...files].sort()).toEqual(['.github/workflows/ci.yml', '.github/workflows/release.yml'])
})

describe.each(files)('%s', (file) => {
  test('is YAML without a doubt', () => {
    const { errors, warnings } = parseDocument(textOf(file), { strict: true, uniqueKeys: true })
    expect([...errors, ...warnings]).toEqual([])
  })

  test('may read the repository, and a job more only where it says so', () => {
    const { permissions, jobs } = workflow(file)
    expect(permissions).toEqual({ contents: 'read' })
    for (const [name, job] of Object.entries(jobs)) {
      if (name !== 'npm') expect(job.permissions).toBeUndefined()
    }
  })

  test('pins every action, leaves no credentials behind, and ends', () => {
    for (const { uses, with: options } of stepsOf(workflow(file))) {
      if (uses === undefined) continue
      expect(uses).toMatch(/^[\w-]+\/[\w./-]+@(v\d+|[0-9a-f]{40})$/)
      if (uses.startsWith('actions/checkout@')) expect(options).toEqual({ 'persist-credentials': false })
    }
    for (const job of Object.values(workflow(file).jobs))
      expect(job['timeout-minutes']).toBeLessThanOrEqual(60)
  })

  test('needs no secret, and puts nothing into a script that others write', () => {
    expect(textOf(file)).not.toMatch(/secrets\.|NODE_AUTH_TOKEN|pull_request_target/)
    for (const { run = '' } of stepsOf(workflow(file))) expect(run).not.toContain('${{')
  })

  test('runs what a person runs', () => {
    expect(stepsOf(workflow(file)).map(({ run }) => run)).toContain('.ci/run')
    expect(existsSync(join(root, '.ci/run'))).toBe(true)
  })
})

test('a release is published after its tests, with its provenance, by its own identity', () => {
  const release = workflow('.github/workflows/release.yml')
  expect(release.on).toEqual({ release: { types: ['published'] } })
  const { needs, permissions, steps } = release.jobs['npm'] ?? { steps: [] }
  expect(needs).toBe('test')
  expect(permissions).toEqual({ contents: 'read', 'id-token': 'write' })
  const published = steps.findIndex(({ run }) => run === 'npm publish --provenance --access public')
  expect(published).toBe(steps.length - 1)
  expect(steps.map(({ run }) => run)).toContain('npm ci')
})
