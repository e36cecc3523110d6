import { readFile, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'

import { BackupRecords } from '../backup-records/backup-records.ts'
import {
  NO_OWNED_STATE,
  OwnedState,
  REFUSED_TO_ROOT,
  runCommand,
  type CommandOutcome,
  UNTOUCHED_VICTIM,
} from '@wardround/program/testing'

// Commands that root runs while the agent does not: what they write is the agent's, and its user can't use them against root.

const MAIN = join(import.meta.dirname, '../main.ts')
const TIMEOUT = 300_000

let owned: OwnedState

beforeEach(async ({ skip }) => {
  skip(NO_OWNED_STATE !== undefined, NO_OWNED_STATE)
  owned = await OwnedState.make()
  await writeFile(owned.pathOf('token'), 'x', { mode: 0o600 })
  await writeFile(
    owned.pathOf('agent.yaml'),
    `collector: {url: ws://127.0.0.1:9/agent/v1, token: {file: ${owned.pathOf('token')}}}
state: ${owned.state}
sources:
  - {type: backup, job: logs, tool: report, schedule: 1d}
  - {type: backupcopy, name: tape, job: tape, schedule: 7d}
  - {type: postgresql, instance: his, connect: 127.0.0.1:1/postgres, user: a}
`,
    { mode: 0o600 },
  )
})
afterEach(async () => {
  if (NO_OWNED_STATE !== undefined) return
  expect(await owned.describeVictim()).toEqual(UNTOUCHED_VICTIM)
  await owned[Symbol.asyncDispose]()
})

function agent(...words: string[]): Promise<CommandOutcome> {
  const [end = words.length] = [words.indexOf('--')].filter((at) => at >= 0)
  const language = words.includes('--lang') ? [] : ['--lang', 'en']
  const common = ['--config', owned.pathOf('agent.yaml'), ...language]
  const args = [MAIN, ...words.slice(0, end), ...common, ...words.slice(end)]
  return runCommand(args, TIMEOUT)
}

const attest = () =>
  agent('backup', 'attest', '--job', 'tape', '--medium', 'LTO-1', '--operator', 'Zhang')
const report = () => agent('backup', 'report', '--job', 'logs', '--status', 'ok')

describe('what is written is the agent’s', () => {
  test('backup attest, by whom ran it', { timeout: TIMEOUT }, async () => {
    expect(await attest()).toMatchObject({ code: 0, err: '' })
    expect(await owned.listStrangers()).toEqual([])
    const { records } = await new BackupRecords(owned.state).read()
    expect(records[0]?.record.enteredBy).toBe('root')
  })

  test('backup run, whose command stays root’s', { timeout: TIMEOUT }, async () => {
    const file = owned.pathOf('who')
    const script = `id -u; id -G; ls ${owned.victim}`
    const ran = await agent(
      'backup',
      'run',
      '--job',
      'logs',
      '--',
      '/bin/sh',
      '-c',
      `(${script}) > ${file}`,
    )
    expect(ran).toMatchObject({ code: 0, err: '' })
    expect((await readFile(file, 'utf8')).split('\n')).toMatchObject([
      '0',
      expect.stringMatching(/^0\b/),
      'file',
      '',
    ])
    expect(await owned.listStrangers()).toEqual([])
  })

  test('pause, and resume', { timeout: TIMEOUT }, async () => {
    expect(await agent('pause', 'his')).toMatchObject({ code: 0, err: '' })
    expect(await owned.listStrangers()).toEqual([])
    expect((await agent('resume', 'his')).code).toBe(0)
    expect([...(await owned.listOwners()).keys()]).toEqual(['sources'])
  })
})

describe('symbolic links lead nowhere', () => {
  test.each(['records.jsonl', 'head.json.new', 'key.pem.new', 'lock.db'])(
    'backup attest, through %s',
    { timeout: TIMEOUT },
    async (name) => {
      const records = await owned.makePart('backup-records')
      await symlink(join(owned.victim, 'file'), join(records, name))
      expect((await attest()).code).not.toBe(0)
    },
  )

  test('through the directories', { timeout: TIMEOUT }, async () => {
    for (const name of ['backup-records', 'backup-reports', 'sources', 'outbox'])
      await symlink(owned.victim, join(owned.state, name))
    expect((await attest()).code).not.toBe(0)
    expect((await report()).code).not.toBe(0)
    expect((await agent('pause', 'his')).code).not.toBe(0)
    expect((await agent('outbox', 'repair')).code).not.toBe(0)
    // the backup is made all the same
    const ran = await agent('backup', 'run', '--job', 'logs', '--', '/bin/true')
    expect(ran).toMatchObject({ code: 0, err: expect.stringContaining('could not be reported') })
  })
})

test.each(REFUSED_TO_ROOT)(
  'root does not run an agent on it, said in $lang',
  { timeout: TIMEOUT },
  async ({ lang, says }) => {
    expect(await agent('run', '--lang', lang)).toMatchObject({
      code: 77,
      err: expect.stringContaining(says),
    })
    expect((await owned.listOwners()).size).toBe(0)
  },
)
