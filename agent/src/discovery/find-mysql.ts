import { basename } from 'node:path'
import { optionOf } from './command-line-option.ts'
import type { Found, FoundInstance } from './found-instance.ts'
import type { MachineView, SeenProcess } from './machine-view.ts'

/** The X protocol is not ours. */
const X_PORT = 33060
const PROGRAMS = ['mysqld', 'mariadbd', 'mysqld-debug']

/** MySQL and MariaDB: the server's processes, with socket and port from the command line, else from what is seen to listen. */
export function findMysql(machine: MachineView): Found {
  const servers = machine.processes.filter(({ commandLine: [program = ''] }) =>
    PROGRAMS.includes(basename(program)),
  )
  const instances = servers.map((process) => toInstance(machine, process, servers.length === 1))
  return { instances, asides: [] }
}

function toInstance(machine: MachineView, process: SeenProcess, isAlone: boolean): FoundInstance {
  const { pid, commandLine } = process
  const directory = optionOf(commandLine, ['--datadir', '-h'])
  const socket = findSocket(machine, process, directory, isAlone)
  const { port, isSeen } = findPort(machine, process)
  return {
    type: 'mysql',
    about: {
      zh: `${nameOf(commandLine)}（进程 ${pid}${directory === undefined ? '' : `，数据目录 ${directory}`}）`,
      en: `${nameOf(commandLine)} (process ${pid}${directory === undefined ? '' : `, data directory ${directory}`})`,
    },
    instance: `mysql${port}`,
    connect: socket ?? `127.0.0.1:${port}`,
    needsAccount: true,
    options: {},
    notes:
      socket !== undefined || isSeen
        ? []
        : [
            {
              zh: '端口无法确认，3306 为默认值，请核对',
              en: 'Its port can’t be seen; 3306 is the default, please check',
            },
          ],
  }
}

function nameOf([program = '']: readonly string[]): string {
  return basename(program) === 'mariadbd' ? 'MariaDB' : 'MySQL'
}

/** From the command line, relative to the data directory; else the one that looks like MySQL's, where there is one server. */
function findSocket(
  machine: MachineView,
  { commandLine }: SeenProcess,
  directory: string | undefined,
  isAlone: boolean,
): string | undefined {
  const given = optionOf(commandLine, ['--socket', '-S'])
  if (given?.startsWith('/') === true) return given
  if (given !== undefined) return directory === undefined ? undefined : `${directory}/${given}`
  const seen = machine.unixSockets.filter((path) => /(?:mysqld?|mariadb)\.sock$/.test(path))
  return isAlone && seen.length === 1 ? seen[0] : undefined
}

function findPort(
  machine: MachineView,
  process: SeenProcess,
): { readonly port: number; readonly isSeen: boolean } {
  const given = optionOf(process.commandLine, ['--port', '-P'])
  if (given !== undefined && /^\d{1,5}$/.test(given)) return { port: Number(given), isSeen: true }
  const { listeners, isCertain } = machine.listenersOf(process)
  const ports = listeners.map(({ port }) => port).filter((port) => port !== X_PORT)
  const [first] = ports.includes(3306) ? [3306] : ports
  if (first === undefined || (!isCertain && ports.length > 1 && first !== 3306))
    return { port: 3306, isSeen: false }
  return { port: first, isSeen: true }
}
