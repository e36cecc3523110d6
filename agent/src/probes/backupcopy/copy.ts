import type { JsonValue } from '@wardround/protocol'
import { counter, gauge, state } from '../../field.ts'
import { defineProbe, remembers, type ProbeRun } from '../../probe.ts'
import { backupcopy } from '../../sources/backupcopy.ts'
import {
  COPY_STATES,
  type BackupCopySession,
  type CopyFindings,
} from '../../sources/backupcopy/copy-session.ts'

const MOST_LISTED = 200
const LONGEST_NAME = 512
/** After a restart the last so many attestations are told again: under the same keys, which changes nothing. */
const MOST_TOLD = 100

const MEASUREMENTS = {
  backup_copy: {
    identifyingTags: ['job', 'database'],
    fields: {
      state: state('第二份备份的状态', 'How the second copy stands', {
        1: { zh: '一致', en: 'equal' },
        2: { zh: '正在比对', en: 'being compared' },
        3: { zh: '不一致', en: 'differs' },
        4: {
          zh: '不在（设备未接入或未挂载）',
          en: 'not there (device not attached or not mounted)',
        },
        5: { zh: '设备无应答', en: 'device does not answer' },
        6: { zh: '第一份中没有文件', en: 'the first copy has no files' },
        7: { zh: '无法读取', en: 'can’t be read' },
        8: { zh: '已由人工登记', en: 'attested by a person' },
        9: { zh: '从未登记', en: 'never attested' },
      }),
      copy2_age_seconds: gauge(
        'seconds',
        '第二份备份的新旧：其中最新备份文件（或最近一次登记）距今的时间；从未有过则从开始监视算起',
        'Age of the second copy: of the newest backup in it, or of the last attestation; where there was none, since it is watched',
      ),
      copy2_late_seconds: gauge(
        'seconds',
        '超过 schedule + grace 的时间；按时为 0',
        'Time beyond schedule + grace; 0 while it is in time',
      ),
      copy2_late_periods: gauge(
        'count',
        '按 schedule 缺失的副本次数；按时为 0',
        'Copies of the schedule that are missing; 0 while it is in time',
      ),
      copy2_size_delta_bytes: gauge(
        'bytes',
        '第二份比第一份多出的字节数（缺少的为负）',
        'Bytes of the second copy less those of the first',
      ),
      files_missing: gauge('count', '第二份缺少的文件数', 'Files that the second copy lacks'),
      files_different: gauge(
        'count',
        '大小或 SHA-256 不同、或读不出的文件数',
        'Files of another size or SHA-256, or that can’t be read',
      ),
      copy2_sha_equal: gauge(
        'boolean',
        '1：应有的文件都在，大小与 SHA-256 相同；0：不同或不在；比对未完成时缺失',
        '1: all files that are due are there with equal size and SHA-256; 0: they are not; missing until all are read',
      ),
      bytes_compared: gauge('bytes', '已确认相同的字节数', 'Bytes that were found equal'),
      hashed_bytes_total: counter(
        'bytes',
        '为计算 SHA-256 读取的字节数（自代理启动）',
        'Bytes read for SHA-256 since the agent started',
      ),
      attested: gauge(
        'boolean',
        '1：由人工登记；0：由程序比对',
        '1: a person attests it; 0: it is compared',
      ),
      records_ok: gauge(
        'boolean',
        '1：人工登记的签名链完好；0：有记录被改动或删除',
        '1: the signed records of persons are whole; 0: lines were changed or removed',
      ),
    },
  },
} as const

type Run = ProbeRun<BackupCopySession, typeof MEASUREMENTS, Memory>

interface Memory {
  readonly listed: string
  /** Digests of the attestations whose events were sent. */
  readonly told: readonly string[]
}

/**
 * The second copy of a backup. Source: names, sizes and SHA-256 of files on both devices, read by a child at the lowest priority and at a bounded rate;
 * or what a person attested. Needs: read access to both directories.
 */
export default defineProbe({
  name: 'backupcopy.copy',
  source: backupcopy,
  platforms: ['linux', 'darwin'],
  everySeconds: 600,
  cost: 'slow',
  reads: {
    zh: '两处目录中的文件；人工登记记录',
    en: 'files of both directories; records of persons',
  },
  needs: { zh: '两处目录的读权限', en: 'read access to both directories' },
  help: { zh: '备份的第二份副本', en: 'The second copy of a backup' },
  measurements: MEASUREMENTS,
  remembers: remembers<Memory>(),
  async sample(run) {
    const { session, signal, memory } = run
    const findings = await session.look(signal)
    const { records, problem } = await session.attestations()
    emitFindings(run, findings, problem === undefined)
    for (const text of [findings.problem, problem]) if (text !== undefined) run.remark(text)
    const told = new Set(memory?.told)
    for (const { record, digest } of records.slice(-MOST_TOLD)) {
      const { said, ...entered } = record
      const at = { takenAt: said.kind === 'attested' ? toIso(said.takenMs) : '' }
      if (!told.has(digest))
        run.emitEvent('backup_attested', digest, { ...said, ...at, ...entered })
    }
    return {
      listed: tellDifferences(run, findings),
      told: records.map(({ digest }) => digest),
    }
  },
})

function emitFindings(run: Run, findings: CopyFindings, recordsAreOk: boolean): void {
  const { job, database, periodMs, graceMs } = run.session.settings
  const { state: word, isEqual, differences, ageFromMs } = findings
  const isAttested = word === 'attested' || word === 'unattested'
  const ageMs = Math.max(0, run.timeMs - ageFromMs)
  const lateMs = Math.max(0, ageMs - periodMs - graceMs)
  const missing = differences?.filter(({ what }) => what === 'missing').length
  run.emit(
    'backup_copy',
    { job, database },
    {
      state: COPY_STATES.indexOf(word) + 1,
      copy2_age_seconds: ageMs / 1000,
      copy2_late_seconds: lateMs / 1000,
      copy2_late_periods: lateMs === 0 ? 0 : 1 + Math.floor(lateMs / periodMs),
      copy2_size_delta_bytes: findings.sizeDeltaBytes,
      files_missing: missing,
      files_different: differences === undefined ? undefined : differences.length - (missing ?? 0),
      copy2_sha_equal: isEqual === undefined ? undefined : Number(isEqual),
      bytes_compared: findings.equalBytes,
      hashed_bytes_total: isAttested ? undefined : findings.hashedBytes,
      attested: Number(isAttested),
      records_ok: Number(recordsAreOk),
    },
  )
}

/** Sent when it changes; returns what was sent last. */
function tellDifferences(run: Run, { state: word, differences }: CopyFindings): string {
  const { job } = run.session.settings
  const before = run.memory?.listed ?? ''
  if (differences === undefined) return before
  const body: JsonValue = {
    job,
    state: word,
    differences: differences.slice(0, MOST_LISTED).map((difference) => ({
      name: printable(difference.name),
      what: difference.what,
      firstBytes: difference.firstBytes,
      ...(difference.secondBytes === undefined ? {} : { secondBytes: difference.secondBytes }),
    })),
    more: Math.max(0, differences.length - MOST_LISTED),
  }
  const text = JSON.stringify(body)
  if (text !== before) run.emitDocument(`backup_copy:${job}`, 'newest', body)
  return text
}

function printable(name: string): string {
  return name.replaceAll(/\p{Cc}/gu, '?').slice(0, LONGEST_NAME)
}

function toIso(ms: number): string {
  return new Date(ms).toISOString()
}
