import { asRecord } from '../../as-record.ts'
import { ProbeError } from '../../probe.ts'
import type { BackupEvidence, BackupRun } from './backup-run.ts'

const MOST_RUNS = 50

/** `restic snapshots --json`. A snapshot is there when it was made whole; its size is known since 0.17. @throws ProbeError */
export function parseRestic(answer: string): BackupEvidence {
  const snapshots = parseJson(answer, 'restic')
  if (!Array.isArray(snapshots)) throw strange('restic')
  return evidenceOf(snapshots.map(asRecord).flatMap(toResticRun), 'restic')
}

/** `borg list --json`, with its times in UTC. @throws ProbeError */
export function parseBorg(answer: string): BackupEvidence {
  const { archives } = asRecord(parseJson(answer, 'borg'))
  if (!Array.isArray(archives)) throw strange('borg')
  const runs = archives
    .map(asRecord)
    .filter(({ name }) => typeof name !== 'string' || !/\.checkpoint(?:\.\d+)?$/.test(name))
    .flatMap(toBorgRun)
  return evidenceOf(runs, 'borg')
}

function toResticRun({ id, time, summary }: Fields): BackupRun[] {
  const { backup_start, backup_end, total_bytes_processed, data_added } = asRecord(summary)
  const startMs = timeOf(backup_start) ?? timeOf(time)
  if (typeof id !== 'string' || startMs === undefined) return []
  const endMs = timeOf(backup_end)
  return [
    {
      id: id.slice(0, 100),
      outcome: 'ok',
      startMs: endMs === undefined ? undefined : startMs,
      endMs: endMs ?? startMs,
      bytesIn: countOf(total_bytes_processed),
      bytesOut: countOf(data_added),
      // what was added differs from run to run; what was read does not
      comparedBytes: countOf(total_bytes_processed),
    },
  ]
}

function toBorgRun({ id, name, start, end, time }: Fields): BackupRun[] {
  const startMs = timeOf(start, 'Z') ?? timeOf(time, 'Z')
  const label = typeof id === 'string' ? id : name
  if (typeof label !== 'string' || startMs === undefined) return []
  const endMs = timeOf(end, 'Z')
  return [
    {
      id: label.slice(0, 100),
      outcome: 'ok',
      startMs: endMs === undefined ? undefined : startMs,
      endMs: endMs ?? startMs,
    },
  ]
}

type Fields = Readonly<Record<string, unknown>>

function evidenceOf(given: readonly BackupRun[], tool: string): BackupEvidence {
  const runs = given.toSorted((a, b) => (a.endMs ?? 0) - (b.endMs ?? 0))
  return {
    runs: runs.slice(-MOST_RUNS),
    oldestMs: runs[0]?.endMs,
    ...(runs.length === 0
      ? {
          absent: { zh: `${tool} 仓库中没有快照`, en: `the repository of ${tool} has no snapshot` },
        }
      : {}),
  }
}

/** @param zone of a time that names none */
function timeOf(value: unknown, zone = ''): number | undefined {
  if (typeof value !== 'string' || value.length > 40) return undefined
  const hasZone = /(?:Z|[+-]\d\d:?\d\d)$/.test(value)
  const atMs = Date.parse(hasZone ? value : `${value}${zone}`)
  return Number.isFinite(atMs) ? atMs : undefined
}

function countOf(value: unknown): number | undefined {
  return typeof value === 'number' && value >= 0 ? value : undefined
}

function parseJson(answer: string, tool: string): unknown {
  try {
    return JSON.parse(answer)
  } catch {
    throw strange(tool)
  }
}

function strange(tool: string): ProbeError {
  return new ProbeError('UNPARSABLE', {
    zh: `${tool} 的输出不是预期的 JSON`,
    en: `${tool} did not answer with the JSON that is expected`,
  })
}
