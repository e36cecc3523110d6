import type { LocalizedText } from '@wardround/protocol'
import type { Aside, Found, FoundInstance } from './found-instance.ts'
import type { MachineView, SeenProcess } from './machine-view.ts'

const PMON = /^([a-z]{2,4})_pmon_(\S+)$/

/** Oracle: processes ora_pmon_SID, the listener's port, and what /etc/oratab says beside them. */
export function findOracle(machine: MachineView): Found {
  const homes = parseOratab(machine.read('/etc/oratab') ?? machine.read('/var/opt/oracle/oratab'))
  const listener = findListener(machine)
  const instances: FoundInstance[] = []
  const asides: Aside[] = []
  for (const { pid, commandLine } of machine.processes) {
    const [, kind, sid = ''] = PMON.exec(commandLine[0] ?? '') ?? []
    if (kind === undefined) continue
    if (kind === 'ora' || kind === 'xe' || kind === 'db')
      instances.push(toInstance(sid, pid, homes.get(sid), listener))
    else asides.push(withoutEntry(`${kind}_pmon_${sid}`, sid))
  }
  for (const [sid, home] of homes)
    if (!sid.startsWith('+') && !instances.some(({ instance }) => instance === sid))
      asides.push({
        zh: `/etc/oratab 中有 ${sid}（${home}），但没有在运行`,
        en: `/etc/oratab names ${sid} (${home}), which does not run`,
      })
  return { instances, asides }
}

interface SeenListener {
  readonly host: string
  readonly port: number
  readonly note: LocalizedText | undefined
}

function toInstance(
  sid: string,
  pid: number,
  home: string | undefined,
  { host, port, note }: SeenListener,
): FoundInstance {
  const isOld = home !== undefined && /\b11\.[12]\b/.test(home)
  const thick = {
    zh: `${home} 是 11g：须用 thick 模式和 Instant Client 19`,
    en: `${home} is 11g: it takes thick mode and Instant Client 19`,
  }
  return {
    type: 'oracle',
    about: {
      zh: `Oracle 实例 ${sid}（pmon 进程 ${pid}）`,
      en: `Oracle instance ${sid} (pmon is process ${pid})`,
    },
    instance: sid,
    connect: `${host}:${port}:${sid}`,
    needsAccount: true,
    options: isOld ? { mode: 'thick' } : {},
    notes: [
      ...(note === undefined ? [] : [note]),
      ...(isOld ? [thick] : []),
      {
        zh: '容器库：账号用公用用户（common user，如 c##wardround）；只看一个 PDB 时改为 主机:端口/服务名',
        en: 'A container database takes a common user (c##wardround); for one PDB alone write HOST:PORT/SERVICE',
      },
    ],
  }
}

/** The port of the listener that is 1521 or the lowest; 1521 where no listener is seen. */
function findListener(machine: MachineView): SeenListener {
  const process = machine.processes.find(isListener)
  if (process === undefined) {
    const note = {
      zh: '没有看到监听程序 tnslsnr，端口 1521 为默认值，请核对',
      en: 'No listener (tnslsnr) is seen; 1521 is the default, please check',
    }
    return { host: '127.0.0.1', port: 1521, note }
  }
  const { listeners, isCertain } = machine.listenersOf(process)
  const chosen = listeners.find(({ port }) => port === 1521) ?? listeners[0]
  const unsure = {
    zh: `监听程序（进程 ${process.pid}）的端口无法确认，请核对`,
    en: `The port of the listener (process ${process.pid}) is not certain, please check`,
  }
  if (chosen === undefined) return { host: '127.0.0.1', port: 1521, note: unsure }
  const { host, port } = chosen
  return { host, port, note: isCertain || port === 1521 ? undefined : unsure }
}

function isListener({ commandLine: [program = ''] }: SeenProcess): boolean {
  return /(?:^|\/)tnslsnr$/.test(program)
}

/** `SID:ORACLE_HOME:Y`, comments left out. */
function parseOratab(text: string | undefined): Map<string, string> {
  const rows = (text ?? '').split('\n').flatMap((line) => {
    const [, sid, home] = /^\s*([^#:\s*][^:\s]*):([^:]*):/.exec(line) ?? []
    return sid === undefined || home === undefined ? [] : [[sid, home] as const]
  })
  return new Map(rows)
}

function withoutEntry(process: string, sid: string): Aside {
  return sid.startsWith('+')
    ? {
        zh: `${process}：ASM 实例，磁盘组经由数据库实例采集，不需要单独的条目`,
        en: `${process}: an ASM instance; its disk groups are read through a database instance, it takes no entry`,
      }
    : {
        zh: `${process}：不是业务数据库，未列出`,
        en: `${process}: no database of an application, left out`,
      }
}
