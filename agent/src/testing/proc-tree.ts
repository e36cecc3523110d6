import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'

/** A process as a test wants it; the rest is as a small daemon has it. */
export interface TreeProcess {
  readonly pid: number
  readonly name?: string
  readonly state?: string
  readonly parentPid?: number
  readonly threads?: number
  readonly userTicks?: number
  readonly systemTicks?: number
  readonly startTicks?: number
  readonly residentPages?: number
  readonly commandLine?: readonly string[]
  readonly userId?: number
  readonly readBytes?: number
  readonly writeBytes?: number
  readonly descriptors?: number
  readonly descriptorLimit?: number | 'unlimited'
}

/** A directory with files of /proc, /sys and /etc as a test writes them; removed at its end. */
export class ProcTree implements AsyncDisposable {
  readonly root: string

  private constructor(root: string) {
    this.root = root
  }

  static async create(): Promise<ProcTree> {
    const tree = new ProcTree(await mkdtemp(join(tmpdir(), 'proc-tree-')))
    await tree.write('/proc/uptime', '1000.00 1500.00\n')
    return tree
  }

  async write(path: string, content: string): Promise<void> {
    const file = join(this.root, path)
    await mkdir(dirname(file), { recursive: true })
    await writeFile(file, content)
  }

  async remove(path: string): Promise<void> {
    await rm(join(this.root, path), { recursive: true })
  }

  async writeProcess(process: TreeProcess): Promise<void> {
    const directory = `/proc/${process.pid}`
    const { commandLine = ['/usr/sbin/daemon'], userId = 0 } = process
    const { readBytes = 0, writeBytes = 0, descriptors = 3, descriptorLimit = 1024 } = process
    await this.write(`${directory}/stat`, statLine(process))
    await this.write(`${directory}/cmdline`, commandLine.map((word) => `${word}\0`).join(''))
    await this.write(`${directory}/status`, `Name:\tx\nUid:\t0\t${userId}\t0\t0\n`)
    await this.write(`${directory}/io`, `read_bytes: ${readBytes}\nwrite_bytes: ${writeBytes}\n`)
    await this.write(`${directory}/limits`, `Max open files   ${descriptorLimit}   4096   files\n`)
    for (let number = 0; number < descriptors; number += 1) {
      await this.write(`${directory}/fd/${number}`, '')
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await rm(this.root, { recursive: true })
  }
}

/** The fields of proc(5) from 1 to 24 and the rest of a real line. */
function statLine(process: TreeProcess): string {
  const { pid, name = 'daemon', state = 'S', parentPid = 1, threads = 1 } = process
  const { userTicks = 0, systemTicks = 0, startTicks = 100, residentPages = 50 } = process
  const times = `${userTicks} ${systemTicks} 0 0 20 0 ${threads} 0 ${startTicks} 9999 ${residentPages}`
  return `${pid} (${name}) ${state} ${parentPid} ${pid} ${pid} 0 -1 4194560 0 0 0 0 ${times} 18446744073709551615 0 0 0\n`
}
