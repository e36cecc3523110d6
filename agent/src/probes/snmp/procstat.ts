import { procstat, procstatLookup } from '../../measurements/procstat.ts'
import { defineProbe, NoDataError, remembers } from '../../probe.ts'
import { expectHost, noHostResources } from '../../sources/snmp/host/expect-host.ts'
import { isOf, readPrograms, type RunningProgram } from '../../sources/snmp/host/run-table.ts'
import { snmp } from '../../sources/snmp.ts'

interface Seen {
  readonly atMs: number
  /** Processor time by process number, ms. */
  readonly cpuMs: ReadonlyMap<string, number>
}

/**
 * Named processes of a host without an agent. Source: hrSWRunTable and hrSWRunPerfTable of HOST-RESOURCES-MIB. Needs: both in the view.
 * Names: Telegraf's procstat.
 */
export default defineProbe({
  name: 'snmp.procstat',
  source: snmp,
  platforms: ['linux', 'darwin', 'win32'],
  everySeconds: 60,
  deadlineMs: 50_000,
  cost: 'moderate',
  reads: 'HOST-RESOURCES-MIB hrSWRunTable, hrSWRunPerfTable',
  needs: 'none',
  help: {
    zh: '未装代理主机上指定的进程（SNMP；数据源的 processes）',
    en: 'Processes of a host without an agent that its source names (SNMP)',
  },
  measurements: { procstat, procstat_lookup: procstatLookup },
  remembers: remembers<Seen>(),
  async sample({ session, emit, memory, monotonicMs, signal }) {
    const watched = session.settings.processes
    if (watched.length === 0)
      throw new NoDataError({
        zh: '该数据源未指定要监视的进程（processes）',
        en: 'this source names no processes to watch',
      })
    await expectHost(session, signal)
    const programs = await readPrograms(session, signal)
    if (programs.length === 0) throw noHostResources('hrSWRunTable')
    for (const process of watched) {
      const own = programs.filter((program) => isOf(process, program))
      const { name, pattern } = process
      const tags = {
        process_name: name,
        ...(pattern === undefined ? {} : { pattern: pattern.source }),
      }
      emit('procstat_lookup', tags, { running: own.length, result_code: 0 })
      if (own.length === 0) continue
      emit('procstat', tags, {
        cpu_usage: memory && toUsage(own, memory, monotonicMs),
        memory_rss: toResident(own),
      })
    }
    return { atMs: monotonicMs, cpuMs: toCpuByPid(programs) }
  },
})

function toCpuByPid(programs: readonly RunningProgram[]): ReadonlyMap<string, number> {
  return new Map(
    programs.flatMap(({ pid, cpuMs }) => (cpuMs === undefined ? [] : [[pid, cpuMs] as const])),
  )
}

/** Of the processes that were there before; one that began since counts from the next run on. */
function toUsage(
  programs: readonly RunningProgram[],
  { atMs, cpuMs }: Seen,
  nowMs: number,
): number | undefined {
  let usedMs = 0
  let known = false
  for (const { pid, cpuMs: now } of programs) {
    const before = cpuMs.get(pid)
    if (now === undefined || before === undefined || now < before) continue
    usedMs += now - before
    known = true
  }
  return known && nowMs > atMs ? (100 * usedMs) / (nowMs - atMs) : undefined
}

function toResident(programs: readonly RunningProgram[]): number | undefined {
  const sizes = programs.flatMap(({ residentBytes }) => residentBytes ?? [])
  return sizes.length === programs.length ? sizes.reduce((sum, size) => sum + size, 0) : undefined
}
