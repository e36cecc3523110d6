import { basename, dirname } from 'node:path'
import { optionOf } from './command-line-option.ts'
import type { Found, FoundInstance } from './found-instance.ts'
import type { MachineView, SeenProcess } from './machine-view.ts'

const SOCKET = /^(.*)\/\.s\.PGSQL\.(\d+)$/

/** PostgreSQL: its first processes, their ports from postmaster.pid, else from the command line, the configuration or the sockets. */
export function findPostgresql(machine: MachineView): Found {
  const instances = machine.processes
    .filter(isPostmaster)
    .map((process) => toInstance(machine, process))
  return { instances, asides: [] }
}

/** Its children have names such as `postgres: checkpointer`. */
function isPostmaster({ commandLine: [program = ''] }: SeenProcess): boolean {
  return ['postgres', 'postmaster'].includes(basename(program))
}

function toInstance(machine: MachineView, process: SeenProcess): FoundInstance {
  const { pid, commandLine } = process
  const directory = optionOf(commandLine, ['-D', '--data-directory', '-c data_directory'])
  const directoryOrCwd = directory ?? machine.linkOf(`/proc/${pid}/cwd`)
  const place = findPlace(machine, process, directoryOrCwd)
  const { port = 5432, socketDirectory, host = '127.0.0.1' } = place
  return {
    type: 'postgresql',
    about: {
      zh: `PostgreSQL（进程 ${pid}，数据目录 ${directoryOrCwd ?? '未知'}）`,
      en: `PostgreSQL (process ${pid}, data directory ${directoryOrCwd ?? 'not known'})`,
    },
    instance: `pg${port}`,
    connect: socketDirectory === undefined ? `${host}:${port}` : `${socketDirectory}:${port}`,
    needsAccount: true,
    options: {},
    notes:
      place.port === undefined
        ? [
            {
              zh: '端口无法确认，5432 为默认值，请核对',
              en: 'Its port can’t be seen; 5432 is the default, please check',
            },
          ]
        : [],
  }
}

interface Place {
  readonly port?: number | undefined
  readonly socketDirectory?: string | undefined
  readonly host?: string | undefined
}

function findPlace(
  machine: MachineView,
  process: SeenProcess,
  directory: string | undefined,
): Place {
  return (
    fromPidFile(
      directory === undefined ? undefined : machine.read(`${directory}/postmaster.pid`),
      process.pid,
    ) ??
    fromSettings(machine, process, directory) ??
    fromSockets(machine, process)
  )
}

/** Lines: process, data directory, start, port, directory of sockets, address. */
function fromPidFile(text: string | undefined, pid: number): Place | undefined {
  const [first = '', , , port = '', socketDirectory = '', address = ''] = (text ?? '')
    .split('\n')
    .map((line) => line.trim())
  if (Number(first) !== pid || !/^\d+$/.test(port)) return undefined
  const host = address === '' || address === '*' ? undefined : address
  return { port: Number(port), socketDirectory: absolute(socketDirectory), host }
}

/** From the command line, else from the configuration file that it names or that is in the data directory. */
function fromSettings(
  machine: MachineView,
  { commandLine }: SeenProcess,
  directory: string | undefined,
): Place | undefined {
  const file =
    optionOf(commandLine, ['-c config_file', '--config-file', '--config_file']) ??
    (directory && `${directory}/postgresql.conf`)
  const text = file === undefined || file === '' ? '' : (machine.read(file) ?? '')
  const port = optionOf(commandLine, ['-p', '--port', '-c port']) ?? settingOf(text, 'port')
  if (port === undefined || !/^\d+$/.test(port)) return undefined
  const sockets =
    optionOf(commandLine, ['-k', '-c unix_socket_directories']) ??
    settingOf(text, 'unix_socket_directories')
  return { port: Number(port), socketDirectory: absolute((sockets ?? '').split(',')[0] ?? '') }
}

/** The only socket there is, or the port that the process is seen to listen on. */
function fromSockets(machine: MachineView, process: SeenProcess): Place {
  const { listeners, isCertain } = machine.listenersOf(process)
  const [listener] = listeners
  if (listener !== undefined && (isCertain || listeners.length === 1)) return listener
  const paths = machine.unixSockets.filter((path) => SOCKET.test(path))
  const [path = ''] = paths
  const port = SOCKET.exec(path)?.[2]
  if (port === undefined || paths.length > 1) return {}
  return { port: Number(port), socketDirectory: dirname(path) }
}

/** The last one counts. */
function settingOf(text: string, name: string): string | undefined {
  const found = [
    ...text.matchAll(new RegExp(`^\\s*${name}\\s*=?\\s*(?:'([^']*)'|([^\\s#]+))`, 'gm')),
  ]
  const [, quoted, plain] = found.at(-1) ?? []
  return quoted ?? plain
}

function absolute(path: string): string | undefined {
  const trimmed = path.trim()
  return trimmed.startsWith('/') && !/[:\s]/.test(trimmed) ? trimmed : undefined
}
