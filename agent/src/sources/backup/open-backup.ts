import { dirname } from 'node:path'
import { parseDurationMs } from '@wardround/program/running'
import { KeptFile } from '../../kept-file.ts'
import { takeReports } from '../../report-spool.ts'
import type { Session, SourceContext } from '../../source.ts'
import { Commands } from '../commands.ts'
import { BackupSession, type EvidenceReader } from './backup-session.ts'
import { readSchedule } from './backup-schedule.ts'
import { FileEvidence } from './file-evidence.ts'
import { isKeptJob } from './kept-job.ts'
import { PgbackrestReader } from './pgbackrest-reader.ts'

/** The session of one declared job; nothing is asked before the first look. */
export function openBackup(context: SourceContext): Session<BackupSession> {
  const { options, memory, keepsPlaces, name } = context
  const { job, database, tool, kind, copy, repo } = options
  const reader = openReader(context)
  const state = memory.directory === undefined ? undefined : dirname(memory.directory)
  const session = new BackupSession({
    names: { job: String(job), database: String(database), tool: String(tool), kind: String(kind) },
    copy: numberedOr(copy, numberedOr(repo, '1')),
    hasCopies: tool === 'pgbackrest' && repo === undefined,
    schedule: readSchedule(options),
    reader,
    kept: new KeptFile(context, 'backup', isKeptJob),
    spool: {
      take: async () => (state === undefined || !keepsPlaces ? [] : takeReports(state, name)),
    },
  })
  return {
    session,
    subject: '',
    tell: (_verb, argument) => session.report(argument),
    async [Symbol.asyncDispose]() {
      reader?.[Symbol.dispose]()
    },
  }
}

function openReader(context: SourceContext): EvidenceReader | undefined {
  switch (context.options['tool']) {
    case 'pgbackrest':
      return openPgbackrest(context)
    case 'file':
      return openFiles(context)
    default:
      return undefined
  }
}

function openPgbackrest({ options, clocks }: SourceContext): EvidenceReader {
  const { stanza, repo, kind, program, configFile, copy } = options
  return new PgbackrestReader(
    {
      stanza: String(stanza),
      repo: typeof repo === 'number' ? repo : undefined,
      kind: String(kind),
      program: textOr(program, '/usr/bin/pgbackrest'),
      config: typeof configFile === 'string' ? configFile : undefined,
    },
    { commands: new Commands(), clocks, copy: typeof copy === 'number' ? copy : undefined },
  )
}

function openFiles({ options, clocks, timers }: SourceContext): EvidenceReader {
  const { files, minBytes, trailer, trailerPattern, gzip, manifest, settle, readRate } = options
  const hasTrailer = trailer !== undefined || trailerPattern !== undefined
  const evidence = new FileEvidence(
    {
      patterns: Array.isArray(files) ? files.map(String) : [],
      minBytes: Number(minBytes),
      trailer: hasTrailer
        ? {
            text: typeof trailer === 'string' ? trailer : undefined,
            pattern: typeof trailerPattern === 'string' ? new RegExp(trailerPattern) : undefined,
          }
        : undefined,
      isGzip: gzip === true,
      isManifest: manifest === true,
      settleMs: parseDurationMs(textOr(settle, '2m')),
      periodMs: readSchedule(options).periodMs,
    },
    {
      bytesPerSecond: Number(readRate),
      time: {
        monotonicMs: () => clocks.monotonicMs(),
        after: (delayMs, callback) => timers.after(delayMs, callback),
      },
    },
  )
  const copy = numberedOr(options['copy'], '1')
  return {
    async read(nowMs, { copies }, signal) {
      const good = new Set(copies[copy]?.successes.map(({ id }) => id))
      return new Map([[copy, await evidence.read(nowMs, good, signal)]])
    },
    [Symbol.dispose]: () => evidence[Symbol.dispose](),
  }
}

function numberedOr(value: unknown, otherwise: string): string {
  return typeof value === 'number' ? String(value) : otherwise
}

function textOr(value: unknown, otherwise: string): string {
  return typeof value === 'string' ? value : otherwise
}
