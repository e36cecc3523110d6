import { join } from 'node:path'
import { parseDurationMs } from '@wardround/program/running'
import { asTexts } from '../../as-list.ts'
import type { SourceContext } from '../../source.ts'
import { compileLoaded } from '../site-expression.ts'
import { askPgbackrest } from './ask-pgbackrest.ts'
import { askBorg, askRestic } from './ask-snapshots.ts'
import type { EvidenceReader } from './backup-session.ts'
import { readSchedule } from './backup-schedule.ts'
import { readExpdpEvidence } from './expdp-evidence.ts'
import { FileEvidence } from './file-evidence.ts'
import { ToolReader } from './tool-reader.ts'

/** What looks for a job's evidence; undefined where reports are all that there is. */
export function openReader(context: SourceContext): EvidenceReader | undefined {
  switch (context.options['tool']) {
    case 'pgbackrest':
      return openPgbackrest(context)
    case 'file':
      return openFiles(context)
    case 'expdp':
      return openExpdp(context)
    case 'restic':
    case 'borg':
      return openSnapshots(context)
    default:
      return undefined
  }
}

/** The copy that an entry is about. */
export function copyOf({ copy, repo }: SourceContext['options']): string {
  return String(numberOf(copy) ?? numberOf(repo) ?? 1)
}

/** Each repository is a copy by its key, unless one alone is looked at. */
function openPgbackrest({ options, clocks }: SourceContext): EvidenceReader {
  const tool = {
    stanza: String(options['stanza']),
    repo: numberOf(options['repo']),
    kind: String(options['kind']),
    program: textOf(options['program']) ?? '/usr/bin/pgbackrest',
    config: textOf(options['configFile']),
  }
  return new ToolReader(clocks, async (commands, signal) => {
    const repos = await askPgbackrest(commands, tool, signal)
    return new Map(
      [...repos].map(([key, evidence]) => [
        tool.repo === undefined ? String(key) : copyOf(options),
        evidence,
      ]),
    )
  })
}

function openSnapshots({ options, clocks, memory, keepsPlaces }: SourceContext): EvidenceReader {
  const tool = String(options['tool'])
  const ask = tool === 'borg' ? askBorg : askRestic
  const repository = {
    program: textOf(options['program']) ?? `/usr/bin/${tool}`,
    repository: String(options['repository']),
    passwordFile: textOf(options['passwordFile']),
    select: textOf(options['select']),
    // not for a command beside the agent: root's borg would write into a directory of the agent's user
    borgDirectory:
      keepsPlaces && memory.directory !== undefined ? join(memory.directory, 'borg') : undefined,
  }
  return new ToolReader(
    clocks,
    async (commands, signal) =>
      new Map([[copyOf(options), await ask(commands, repository, signal)]]),
  )
}

function openExpdp({ options }: SourceContext): EvidenceReader {
  const job = {
    log: String(options['log']),
    dumps: asTexts(options['files']),
    minBytes: Number(options['minBytes']),
  }
  return {
    read: async (nowMs, _kept, signal) =>
      new Map([[copyOf(options), await readExpdpEvidence(job, nowMs, signal)]]),
    [Symbol.dispose]: () => undefined,
  }
}

function openFiles({ options, clocks, timers }: SourceContext): EvidenceReader {
  const { trailer, trailerPattern, settle } = options
  const pattern = textOf(trailerPattern)
  const hasTrailer = trailer !== undefined || pattern !== undefined
  const evidence = new FileEvidence(
    {
      patterns: asTexts(options['files']),
      minBytes: Number(options['minBytes']),
      trailer: hasTrailer
        ? {
            text: textOf(trailer),
            pattern: pattern === undefined ? undefined : compileLoaded(pattern),
          }
        : undefined,
      isGzip: options['gzip'] === true,
      isManifest: options['manifest'] === true,
      settleMs: parseDurationMs(textOf(settle) ?? '2m'),
      periodMs: readSchedule(options).periodMs,
    },
    {
      bytesPerSecond: Number(options['readRate']),
      time: {
        monotonicMs: () => clocks.monotonicMs(),
        after: (delayMs, callback) => timers.after(delayMs, callback),
      },
    },
  )
  const copy = copyOf(options)
  return {
    async read(nowMs, { copies }, signal) {
      const good = new Set(copies[copy]?.successes.map(({ id }) => id))
      return new Map([[copy, await evidence.read(nowMs, good, signal)]])
    },
    [Symbol.dispose]: () => evidence[Symbol.dispose](),
  }
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined
}

function numberOf(value: unknown): number | undefined {
  return typeof value === 'number' ? value : undefined
}
