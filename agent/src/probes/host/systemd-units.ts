import { counter, gauge, state } from '../../field.ts'
import { defineProbe, NoDataError, ProbeError } from '../../probe.ts'
import type { CommandOutcome, CommandRunner } from '../../sources/commands.ts'
import { host } from '../../sources/host.ts'
import { parseSystemctlShow, UNIT_PROPERTIES, type UnitState } from './parse-systemctl-show.ts'
import { ACTIVE_STATES, LOAD_STATES, SUB_STATES } from './systemd-unit-states.ts'

/** Debian before 11 and Ubuntu before 20.04 may have it in /bin alone. */
const SYSTEMCTL = ['/usr/bin/systemctl', '/bin/systemctl']
const MAX_OUTPUT_BYTES = 4 * 1024 * 1024

/**
 * Services under systemd. Source: one `systemctl show` a minute. Needs: nothing.
 * Names: Telegraf's systemd_units (its sub-command `show`).
 */
export default defineProbe({
  name: 'host.systemd-units',
  source: host,
  platforms: ['linux'],
  everySeconds: 60,
  cost: 'moderate',
  reads: "systemctl show '*.service'",
  needs: 'none',
  help: { zh: 'systemd 服务的状态', en: 'States of the services under systemd' },
  measurements: {
    systemd_units: {
      identifyingTags: ['name'],
      descriptiveTags: ['load', 'active', 'sub'],
      fields: {
        load_code: state('加载状态', 'Load state', LOAD_STATES.meanings),
        active_code: state('运行状态', 'Active state', ACTIVE_STATES.meanings),
        sub_code: state('细分状态', 'Sub-state', SUB_STATES.meanings),
        restarts: counter(
          'count',
          '自动重启次数（systemd 235 及以上）',
          'Automatic restarts (from systemd 235)',
        ),
        mem_current: gauge(
          'bytes',
          '服务控制组占用的内存（含页缓存）；未开启内存统计时没有此值',
          'Memory of its control group, page cache included; missing without memory accounting',
        ),
      },
    },
  },
  async sample({ session, emit, signal }) {
    // sd_booted(3): this directory is there exactly where systemd is PID 1.
    session.files.list('/run/systemd/system')
    const outcome = await show(session.commands, signal)
    if (outcome.exitCode !== 0) {
      const reason = outcome.stderr.trim().split('\n')[0] ?? ''
      throw new ProbeError('NOT_ANSWERING', {
        zh: `systemctl show 以 ${outcome.exitCode} 退出：${reason}`,
        en: `systemctl show ended with ${outcome.exitCode}: ${reason}`,
      })
    }
    for (const unit of parseSystemctlShow(outcome.stdout)) {
      if (!isWatched(unit)) continue
      emit(
        'systemd_units',
        { name: unit.name, load: unit.load, active: unit.active, sub: unit.sub },
        {
          load_code: LOAD_STATES.codeOf(unit.load),
          active_code: ACTIVE_STATES.codeOf(unit.active),
          sub_code: SUB_STATES.codeOf(unit.sub),
          restarts: unit.restarts,
          mem_current: unit.memoryBytes,
        },
      )
    }
  },
})

async function show(commands: CommandRunner, signal: AbortSignal): Promise<CommandOutcome> {
  const args = ['show', '*.service', '--all', '--no-pager', `--property=${UNIT_PROPERTIES}`]
  const limits = { deadlineMs: 20_000, maxBytes: MAX_OUTPUT_BYTES, signal }
  for (const program of SYSTEMCTL) {
    try {
      return await commands.run(program, args, limits)
    } catch (error) {
      if (!(error instanceof NoDataError)) throw error
    }
  }
  throw new NoDataError({ zh: '未安装 systemctl', en: 'systemctl is not installed' })
}

/** Instances of a socket with Accept=yes: number-address:port-address:port, or number-pid-uid. */
const PER_CONNECTION = /@\d+-(?:\S+:\d+-\S+:\d+|\d+-\d+)\.service$/

/**
 * Left out: units that others only refer to and that are not installed; services made for one connection
 * (sshd@7-10.0.0.5:22-….service) or one command (systemd-run), whose names never come back.
 */
export function isWatched(unit: UnitState): boolean {
  const absent = unit.load === 'not-found' || unit.load === 'masked'
  if (absent && unit.active === 'inactive') return false
  return !unit.name.startsWith('run-') && !PER_CONNECTION.test(unit.name)
}
