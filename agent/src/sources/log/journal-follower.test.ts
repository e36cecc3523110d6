import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'

import watch from '../../probes/log/watch.ts'
import { SourceMemory } from '../../source-memory.ts'
import { describeProbe } from '../../testing/describe-probe.ts'
import { JournalDirectory, NO_JOURNAL, RealJournal } from '../../testing/journal-directory.ts'
import { sampleOnce, type SampledRun } from '../../testing/sample-once.ts'
import { makeSourceContext } from '../../testing/source-context.ts'
import type { LogOptions } from './log-options.ts'
import { openLogs } from './open-logs.ts'
import { parseJournalLine } from './parse-journal.ts'

const OPTIONS: LogOptions = {
  journal: { identifiers: ['kernel'], priority: 'err' },
  rules: [
    {
      name: 'disk',
      match: 'I/O error, dev (?<device>\\w+)',
      ignoreCase: false,
      severity: 'critical',
      atLeast: 1,
    },
  ],
  encoding: 'auto',
  pack: 'none',
  excerpt: true,
  maxBytesPerRun: '64MiB',
}
const ERROR = 'I/O error, dev sdb'

/** An entry of agent.yaml that watches a journal by the program given. */
async function setUp(program: string, options: Partial<LogOptions> = {}) {
  const state = await mkdtemp(join(tmpdir(), 'journal-state-'))
  const open = async () => {
    const memory = await SourceMemory.open(state, 'kernel')
    return openLogs(
      await makeSourceContext({ name: 'kernel', memory }),
      { ...OPTIONS, ...options },
      program,
    )
  }
  let opened = await open()
  return {
    get session() {
      return opened.session
    },
    async restart() {
      await opened[Symbol.asyncDispose]()
      opened = await open()
    },
    async [Symbol.asyncDispose]() {
      await opened[Symbol.asyncDispose]()
      await rm(state, { recursive: true, force: true })
    },
  }
}

const fieldsOf = ({ samples }: SampledRun, rule: string) =>
  samples.find(({ tags }) => tags['rule'] === rule)?.fields
const matchesOf = (run: SampledRun) => fieldsOf(run, 'disk')?.['matches_total']

describeProbe(watch, {
  async open() {
    const journal = await JournalDirectory.open()
    await journal.write('old')
    const at = await setUp(journal.program)
    return {
      session: at.session,
      async [Symbol.asyncDispose]() {
        await at[Symbol.asyncDispose]()
        await journal[Symbol.asyncDispose]()
      },
    }
  },
})

describe('the journal, by a stand-in for journalctl', () => {
  test('is read from its end on, each entry once, over a restart', async () => {
    await using journal = await JournalDirectory.open()
    await journal.write(ERROR)
    await using at = await setUp(journal.program)
    expect(matchesOf(await sampleOnce(watch, at.session))).toBe(0)
    await journal.write('fine', ERROR)
    const run = await sampleOnce(watch, at.session)
    expect(run.events.map(({ body }) => body)).toEqual([
      {
        log: 'kernel',
        file: 'journal:kernel,≤err',
        rules: ['disk'],
        severity: 'critical',
        groups: { device: 'sdb' },
        text: `kernel: ${ERROR}`,
      },
    ])
    await journal.write(ERROR)
    await at.restart()
    await sampleOnce(watch, at.session)
    const later = await sampleOnce(watch, at.session)
    expect([matchesOf(later), later.events.length]).toEqual([2, 1])
    expect(fieldsOf(later, '')).toEqual({
      lag_bytes: undefined,
      lines_total: 3,
      cut_lines_total: 0,
      lost_files_total: 0,
      events_left_out_total: 0,
    })
  })

  test('is asked for what is wanted alone', async () => {
    await using journal = await JournalDirectory.open()
    await journal.write('old')
    await using at = await setUp(journal.program, {
      journal: { units: ['sshd.service'], identifiers: ['kernel'], priority: 'err' },
    })
    await sampleOnce(watch, at.session)
    await sampleOnce(watch, at.session)
    const fields = '--output-fields=MESSAGE,PRIORITY,SYSLOG_IDENTIFIER,SYSLOG_PID,_PID,_HOSTNAME'
    const wanted = [
      '--output=json',
      '--no-pager',
      fields,
      '--unit=sshd.service',
      '--identifier=kernel',
      '--priority=err',
    ]
    expect(await journal.calls()).toEqual([
      [...wanted, '--lines=1'],
      [...wanted, '--cursor=c1'],
    ])
  })

  test('that was empty is new from its first entry', async () => {
    await using journal = await JournalDirectory.open()
    await using at = await setUp(journal.program)
    await sampleOnce(watch, at.session)
    await at.restart()
    await journal.write(ERROR)
    await sampleOnce(watch, at.session)
    expect(matchesOf(await sampleOnce(watch, at.session))).toBe(1)
  })

  test('that lost the place goes on with what is there, tells it and counts it once', async () => {
    await using journal = await JournalDirectory.open()
    await journal.write('one')
    await using at = await setUp(journal.program)
    await sampleOnce(watch, at.session)
    await journal.vacuum(1)
    for (const _ of [1, 2]) {
      const run = await sampleOnce(watch, at.session)
      expect(fieldsOf(run, '')?.['lost_files_total']).toBe(1)
      expect(run.remarks.map(({ en }) => en)).toEqual([expect.stringContaining('is gone')])
    }
    await journal.write(ERROR, ERROR)
    const run = await sampleOnce(watch, at.session)
    expect([matchesOf(run), fieldsOf(run, '')?.['lost_files_total']]).toEqual([2, 1])
    await journal.vacuum(3)
    expect(fieldsOf(await sampleOnce(watch, at.session), '')?.['lost_files_total']).toBe(2)
  })

  test('whose cursor means nothing any more is followed from its end', async () => {
    await using journal = await JournalDirectory.open()
    await journal.writeRaw('{"__CURSOR":"from another systemd"}')
    await using at = await setUp(journal.program)
    await sampleOnce(watch, at.session)
    await journal.vacuum(1)
    await journal.write(ERROR)
    const run = await sampleOnce(watch, at.session)
    expect([matchesOf(run), fieldsOf(run, '')?.['lost_files_total']]).toEqual([0, 1])
    await journal.write(ERROR)
    expect(matchesOf(await sampleOnce(watch, at.session))).toBe(1)
  })

  test(
    'with more than is read at once is read in several goes, none twice',
    { timeout: 60_000 },
    async () => {
      await using journal = await JournalDirectory.open()
      await journal.write('old')
      await using at = await setUp(journal.program)
      await sampleOnce(watch, at.session)
      const long = 'x'.repeat(4_000)
      await journal.write(...Array.from({ length: 2_500 }, (_, n) => `${n} ${ERROR} ${long}`))
      const run = await sampleOnce(watch, at.session)
      expect([matchesOf(run), fieldsOf(run, '')?.['lines_total']]).toEqual([2_500, 2_500])
      expect((await journal.calls()).length).toBeGreaterThan(3)
    },
  )

  test('of a systemd without --output-fields is read whole', async () => {
    await using journal = await JournalDirectory.open()
    await journal.say({
      exitCode: 1,
      stderr: "journalctl: unrecognized option '--output-fields=MESSAGE'\n",
      old: true,
    })
    await journal.write('old')
    await using at = await setUp(journal.program)
    await sampleOnce(watch, at.session)
    await journal.write(ERROR)
    expect(matchesOf(await sampleOnce(watch, at.session))).toBe(1)
    expect(
      (await journal.calls()).filter((args) =>
        args.some((arg) => arg.startsWith('--output-fields')),
      ),
    ).toHaveLength(1)
  })

  test.each([
    [
      0,
      'Hint: You are currently not seeing messages from other users and the system.\n',
      'systemd-journal wardround',
    ],
    [
      1,
      'No journal files were opened due to insufficient permissions.\n',
      'systemd-journal wardround',
    ],
    [1, 'Failed to open files: Bad message\n', 'ended with 1: Failed to open files: Bad message'],
  ])(
    'that may not be read, or can’t be (%i), is a failure that says why: %s',
    async (exitCode, stderr, message) => {
      await using journal = await JournalDirectory.open()
      await journal.write(ERROR)
      await journal.say({ exitCode, stderr })
      await using at = await setUp(journal.program)
      await expect(sampleOnce(watch, at.session)).rejects.toThrow(message)
      await journal.say(undefined)
      expect(matchesOf(await sampleOnce(watch, at.session))).toBe(0)
    },
  )

  test('without journalctl there is no data', async () => {
    await using at = await setUp('/nonexistent/journalctl')
    await expect(sampleOnce(watch, at.session)).rejects.toThrow('is not installed')
  })

  test('passes over lines that are no entry, and counts messages that did not come', async () => {
    await using journal = await JournalDirectory.open()
    await journal.write('old')
    await using at = await setUp(journal.program)
    await sampleOnce(watch, at.session)
    for (const line of ['rubbish', '[]', '{}', '{"__CURSOR":1}'])
      await journal.writeRaw(`${line} "c9"`)
    await journal.write(null, [...Buffer.from(ERROR)], [ERROR, 'twice'])
    const run = await sampleOnce(watch, at.session)
    expect([matchesOf(run), fieldsOf(run, '')?.['cut_lines_total']]).toEqual([2, 1])
  })
})

test('no line of the program breaks the parser', () => {
  fc.assert(
    fc.property(
      fc.oneof(
        fc.string(),
        fc.json(),
        fc.object().map((value) => JSON.stringify({ __CURSOR: 'c', ...value })),
      ),
      (line) => {
        const entry = parseJournalLine(line)
        if (entry !== undefined) expect(entry.text.length).toBeLessThan(200_000)
      },
    ),
  )
})

describe.skipIf(NO_JOURNAL !== undefined)(`a real journal (${NO_JOURNAL ?? 'here'})`, () => {
  test(
    'is read by the real journalctl, through rotation, and its loss is noticed',
    { timeout: 60_000 },
    async () => {
      await using journal = await RealJournal.open()
      await journal.write({ message: ERROR }, { message: 'last' })
      await using at = await setUp(journal.program)
      expect(matchesOf(await sampleOnce(watch, at.session))).toBe(0)
      const second = await journal.write(
        { message: ERROR },
        { message: ERROR, identifier: 'other' },
        { message: ERROR, priority: 6 },
      )
      const run = await sampleOnce(watch, at.session)
      expect([matchesOf(run), fieldsOf(run, '')?.['lines_total']]).toEqual([1, 1])
      await at.restart()
      await sampleOnce(watch, at.session)
      expect(matchesOf(await sampleOnce(watch, at.session))).toBe(1)
      await journal.write({ message: ERROR })
      await journal.remove(second)
      const later = await sampleOnce(watch, at.session)
      expect([matchesOf(later), fieldsOf(later, '')?.['lost_files_total']]).toEqual([2, 1])
    },
  )
})
