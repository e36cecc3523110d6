import type { JsonValue, LocalizedText } from '@wardround/protocol'
import { gauge, percent } from '../../field.ts'
import { defineProbe, NoDataError, ProbeError, type Emit } from '../../probe.ts'
import { ProgramUnavailable } from '../../sources/program-unavailable.ts'
import { storage } from '../../sources/storage.ts'
import { VERDICTS } from '../../sources/storage/block-devices.ts'
import {
  findLocalDisks,
  type FoundDisks,
  type LocalDisk,
} from '../../sources/storage/local-disks.ts'
import type { SmartReport } from '../../sources/storage/parse-smart.ts'
import {
  describeRead,
  readDisks,
  readHpeDisks,
  scanMegaraid,
  type ReadDisk,
} from '../../sources/storage/read-disks.ts'
import type { StorageSession } from '../../sources/storage/storage-session.ts'

const MEASUREMENTS = {
  smart_device: {
    identifyingTags: ['serial_no'],
    descriptiveTags: ['device', 'model', 'wwn', 'kind'],
    fields: {
      health_ok: gauge('boolean', '磁盘自检结论是否健康', "The disk's own verdict on its health"),
      exit_status: gauge(
        'count',
        'smartctl 的退出状态（位掩码）',
        "smartctl's exit status, a bit mask",
      ),
      asleep: gauge('boolean', '磁盘处于休眠，未被唤醒', 'It sleeps, and was not woken'),
      temp_c: gauge('celsius', '温度', 'Temperature'),
      temp_warn_c: gauge('celsius', '磁盘自身的警告温度', "The disk's own warning temperature"),
      temp_limit_c: gauge('celsius', '磁盘自身的温度上限', "The disk's own limit of temperature"),
      power_on_hours: gauge('count', '通电小时数', 'Hours with power'),
      power_cycles: gauge('count', '通电次数', 'Times that it was switched on'),
      reallocated_sectors_count: gauge(
        'count',
        '重映射扇区数（SAS 为增长缺陷数）',
        'Sectors that were reallocated (SAS: grown defects)',
      ),
      pending_sector_count: gauge('count', '待处理扇区数', 'Sectors that wait for a decision'),
      uncorrectable_sector_count: gauge(
        'count',
        '脱机扫描发现的不可恢复扇区数',
        'Sectors that the offline scan could not read',
      ),
      uncorrectable_errors: gauge(
        'count',
        '不可纠正的读写错误数',
        'Errors in reading and writing that could not be corrected',
      ),
      udma_crc_errors: gauge(
        'count',
        '接口 CRC 错误数，多为线缆或背板问题',
        'CRC errors of the link: mostly cable or backplane',
      ),
      bad_sectors: gauge(
        'count',
        '坏扇区：ATA 为待处理与不可恢复之和，SAS 为增长与待处理缺陷，NVMe 为介质错误',
        'Bad sectors: pending and uncorrectable (ATA), grown and pending defects (SAS), media errors (NVMe)',
      ),
      sectors_grew: gauge(
        'count',
        '坏扇区比该磁盘曾见的最少数量多出的个数',
        'By how much bad sectors exceed the fewest that were ever seen of this disk',
      ),
      percentage_used: percent(
        '已用寿命，超过 100 记为 100',
        'Life that is used; above 100 counts as 100',
      ),
      media_wearout_indicator: gauge(
        'count',
        'Intel 等固态盘的介质磨损指示：100 为全新，越低磨损越多',
        'Wear indicator of Intel and other SSDs: 100 when new, less the more it is worn',
      ),
      available_spare: percent('剩余备用空间', 'Spare space that is left'),
      available_spare_threshold: percent('备用空间的告警线', 'Spare space below which it warns'),
      critical_warning: gauge(
        'count',
        'NVMe 严重警告（位掩码）',
        'Critical warning of NVMe, a bit mask',
      ),
      media_errors: gauge('count', 'NVMe 介质错误数', 'Media errors of NVMe'),
      failing_attributes: gauge(
        'count',
        '当前低于阈值的属性数',
        'Attributes that are at or below their threshold now',
      ),
      error_log_entries: gauge('count', '错误日志条目数', 'Entries of the error log'),
    },
  },
  smart_attribute: {
    identifyingTags: ['serial_no', 'id', 'name'],
    descriptiveTags: ['device', 'fail'],
    fields: {
      value: gauge('count', '归一化值', 'Normalised value'),
      worst: gauge('count', '历史最差值', 'Worst normalised value so far'),
      threshold: gauge('count', '阈值', 'Threshold'),
      raw_value: gauge('count', '原始值', 'Raw value'),
    },
  },
} as const

/**
 * SMART of local disks. Source: `smartctl --json -a -n standby,3`, a disk after another; which disks, /sys tells before any is sent anything.
 * Needs: root, or the privileged helper. Names: Telegraf's smart.
 */
export default defineProbe({
  name: 'storage.smart',
  source: storage,
  platforms: ['linux'],
  everySeconds: 600,
  cost: 'slow',
  deadlineMs: 480_000,
  reads: 'smartctl --json -a, /sys/block',
  needs: {
    zh: 'root 或特权助手；smartmontools 7.0 以上',
    en: 'root or the privileged helper; smartmontools 7.0 or later',
  },
  help: {
    zh: '本地磁盘的 SMART：不读取存储阵列的 LUN 及其路径，不唤醒休眠磁盘',
    en: 'SMART of local disks; LUNs of arrays and their paths are never asked, disks that sleep are not woken',
  },
  measurements: MEASUREMENTS,
  async sample({ session, emit, emitDocument, remark, signal }) {
    const found = findLocalDisks(session.files, session.excluded)
    if (found.disks.length === 0 && !found.hasMegaraid && found.hpeVolumes.length === 0)
      throw new NoDataError({
        zh: '没有可读取 SMART 的本地磁盘',
        en: 'there is no local disk that has SMART',
      })
    const run = new SmartRun(session, emit)
    try {
      const behind = found.hasMegaraid ? await scanMegaraid(session.programs, signal) : []
      if (found.hasMegaraid && behind.length === 0) remark(EMPTY_SCAN)
      for await (const read of readAll(session, found, behind, signal)) await run.take(read)
    } catch (error) {
      if (error instanceof ProgramUnavailable) remark(installHint(error))
      throw error
    }
    emitDocument('smart_disks', 'newest', toDocument(found, run))
    if (run.failures.length > 0) throw failedDisks(run.failures)
  },
})

const EMPTY_SCAN: LocalizedText = {
  zh: '有 MegaRAID 控制器，但 smartctl --scan 没有列出其后的磁盘；这些磁盘的 SMART 未被监视',
  en: 'there is a MegaRAID controller, but smartctl --scan lists no disk behind it: SMART of those is not watched',
}

/** Every disk once; those that gave nothing last time at the end. */
async function* readAll(
  { programs, excluded, disks: { failed } }: StorageSession,
  found: FoundDisks,
  behind: readonly LocalDisk[],
  signal: AbortSignal,
): AsyncGenerator<ReadDisk> {
  const disks = [...found.disks, ...behind.filter(({ device }) => !excluded.has(device))]
  const last = disks.filter(({ device }) => failed.has(device))
  const first = disks.filter(({ device }) => !failed.has(device))
  yield* readDisks(programs, first, signal)
  yield* readHpeDisks(programs, found, excluded, signal)
  yield* readDisks(programs, last, signal)
}

/** Gives what each disk told, once for each serial number: a disk may be seen by two paths. */
class SmartRun {
  readonly failures: string[] = []
  readonly asleep: string[] = []
  readonly given = new Set<string>()
  readonly #session: StorageSession
  readonly #emit: Emit<typeof MEASUREMENTS>

  constructor(session: StorageSession, emit: Emit<typeof MEASUREMENTS>) {
    this.#session = session
    this.#emit = emit
  }

  async take(read: ReadDisk): Promise<void> {
    const { device } = read.disk
    const { report } = read
    const { failed } = this.#session.disks
    if (report?.isAsleep === true) return this.#takeAsleep(device)
    if (report === undefined || report.problem !== undefined) {
      failed.add(device)
      this.failures.push(describeRead(read))
      return
    }
    failed.delete(device)
    await this.#takeReport(device, report)
  }

  /** Its last values are not given again as if they were new. */
  #takeAsleep(device: string): void {
    this.asleep.push(device)
    const identity = this.#session.disks.known.get(device)
    if (identity === undefined || this.given.has(identity.serial_no)) return
    this.given.add(identity.serial_no)
    this.#emit('smart_device', identity, { asleep: 1 })
  }

  async #takeReport(device: string, report: SmartReport): Promise<void> {
    const { disks, kept, excluded } = this.#session
    const serial = report.serial ?? (report.wwn === '' ? device : report.wwn)
    if (this.given.has(serial) || excluded.has(serial)) return
    this.given.add(serial)
    const { model, wwn, kind, values, exitStatus } = report
    const identity = { serial_no: serial, device, model, wwn, kind }
    disks.known.set(device, identity)
    const bad = values.bad_sectors
    const first =
      bad === undefined ? undefined : await kept.sectors.settle(new Map([[serial, bad]]), Math.min)
    this.#emit('smart_device', identity, {
      ...values,
      exit_status: exitStatus,
      asleep: 0,
      sectors_grew: bad === undefined ? undefined : bad - (first?.get(serial) ?? bad),
    })
    for (const { id, name, fail, value, worst, threshold, raw } of report.attributes)
      this.#emit(
        'smart_attribute',
        { serial_no: serial, id: String(id), name, device, fail },
        { value, worst, threshold, raw_value: raw },
      )
  }
}

const MOST_LISTED = 256

/** Which disk is watched, and why another is not; of the many paths to an array the number. */
function toDocument({ verdicts }: FoundDisks, { asleep, failures }: SmartRun): JsonValue {
  const own = verdicts.filter(({ verdict }) => verdict !== 'array' && verdict !== 'multipath')
  return {
    disks: own
      .slice(0, MOST_LISTED)
      .map(({ device, verdict }) => ({ device, verdict, ...VERDICTS[verdict] })),
    arrayPaths: verdicts.length - own.length,
    asleep,
    failures: failures.slice(0, MOST_LISTED),
  }
}

function installHint({ why, text }: ProgramUnavailable): LocalizedText {
  if (why === 'no-helper') return text
  return {
    zh: `${text.zh}：请安装 smartmontools 7.0 或更高版本`,
    en: `${text.en}: install smartmontools 7.0 or later`,
  }
}

function failedDisks(failures: readonly string[]): ProbeError {
  const named = failures.slice(0, 5).join('; ')
  return new ProbeError('UNREADABLE', {
    zh: `${failures.length} 块磁盘未能读取：${named}`,
    en: `${failures.length} disks told nothing: ${named}`,
  })
}
