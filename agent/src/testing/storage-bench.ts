import { chmod, mkdir, readFile, symlink, writeFile } from 'node:fs/promises'
import { basename, dirname, join, relative } from 'node:path'
import { planCommand, type ProgramRequest } from '@wardround/helper'
import { Commands, type CommandOutcome } from '../sources/commands.ts'
import { HostFiles } from '../sources/host-files.ts'
import { ProgramUnavailable } from '../sources/program-unavailable.ts'
import { DiskMemory } from '../sources/storage/disk-memory.ts'
import { KeptNumbers } from '../sources/storage/kept-numbers.ts'
import type { ProgramRunner } from '../sources/storage/privileged-programs.ts'
import { SlowFiles } from '../sources/storage/slow-files.ts'
import type { StorageSession } from '../sources/storage/storage-session.ts'
import { ProcTree } from './proc-tree.ts'
import { makeSourceContext } from './source-context.ts'

/** A SCSI disk as a test wants it. */
export interface BenchDisk {
  readonly name: string
  /** Between /sys/devices and host…: `pci0000:00/0000:00:1f.2/ata1`. */
  readonly bus: string
  /** Host, channel, target, LUN. */
  readonly address?: readonly [number, number, number, number]
  /** Between the host and its target: `rport-2:0-1`, `port-0:0/end_device-0:0`. */
  readonly port?: string
  readonly driver?: string
  readonly vendor?: string
  readonly model?: string
  /** More files under /sys/block/<name>. */
  readonly files?: Readonly<Record<string, string>>
}

/** A session of local storage on a tree of /sys that a test writes, with stand-ins for the programs that want root. */
export class StorageBench implements AsyncDisposable, ProgramRunner {
  readonly tree: ProcTree
  readonly session: StorageSession
  /** Arguments of each call, in order. */
  readonly calls: string[][] = []
  /** Thrown instead of running anything. */
  unavailable: ProgramUnavailable | undefined
  readonly #commands = new Commands()
  readonly #files: HostFiles
  readonly #installed = new Set<string>()
  readonly #deadlines = new Map<string, number>()

  private constructor(
    tree: ProcTree,
    session: Omit<StorageSession, 'files' | 'slowFiles' | 'programs' | 'commands'>,
  ) {
    this.tree = tree
    this.#files = new HostFiles(tree.root)
    const slowFiles = new SlowFiles(tree.root)
    this.session = {
      ...session,
      files: this.#files,
      slowFiles,
      programs: this,
      commands: this.#commands,
    }
  }

  static async open(
    given: Partial<Pick<StorageSession, 'excluded' | 'expectedPaths'>> = {},
  ): Promise<StorageBench> {
    const context = await makeSourceContext()
    return new StorageBench(await ProcTree.create(), {
      excluded: new Set(),
      expectedPaths: undefined,
      disks: new DiskMemory(),
      kept: {
        sectors: new KeptNumbers(context, 'bad-sectors'),
        paths: new KeptNumbers(context, 'most-paths'),
        ports: new KeptNumbers(context, 'online-ports'),
      },
      ...given,
    })
  }

  async write(files: Readonly<Record<string, string>>): Promise<void> {
    for (const [path, text] of Object.entries(files)) await this.tree.write(path, text)
  }

  async link(path: string, target: string): Promise<void> {
    const at = join(this.tree.root, path)
    await mkdir(dirname(at), { recursive: true })
    await mkdir(join(this.tree.root, target), { recursive: true })
    await symlink(relative(dirname(at), join(this.tree.root, target)), at)
  }

  async addDisk({ name, bus, address = [0, 0, 0, 0], port, ...given }: BenchDisk): Promise<void> {
    const [host, channel, target] = address
    const between = port === undefined ? '' : `/${port}`
    const device = `/sys/devices/${bus}/host${host}${between}/target${host}:${channel}:${target}/${address.join(':')}`
    await this.write({
      [`${device}/block/${name}/removable`]: '0\n',
      [`${device}/vendor`]: `${given.vendor ?? 'ATA'}     \n`,
      [`${device}/model`]: `${given.model ?? 'DISK'}        \n`,
      [`/sys/class/scsi_host/host${host}/proc_name`]: `${given.driver ?? 'ahci'}\n`,
    })
    await this.link(`${device}/block/${name}/device`, device)
    await this.link(`/sys/block/${name}`, `${device}/block/${name}`)
    for (const [path, text] of Object.entries(given.files ?? {}))
      await this.tree.write(`/sys/block/${name}/${path}`, text)
  }

  /** @param script a shell script that stands in for a program */
  async install(program: string, script: string): Promise<void> {
    const file = join(this.tree.root, 'programs', program)
    await mkdir(dirname(file), { recursive: true })
    await writeFile(file, `#!/bin/sh\n${script}\n`)
    await chmod(file, 0o755)
    this.#installed.add(program)
  }

  /** Deadline of those calls that have this argument, instead of the list's. */
  shortenDeadlines(argument: string, deadlineMs: number): void {
    this.#deadlines.set(argument, deadlineMs)
  }

  async run(request: ProgramRequest, signal: AbortSignal): Promise<CommandOutcome> {
    if (this.unavailable !== undefined) throw this.unavailable
    const { programs, args, deadlineMs, maxBytes } = planCommand(request)
    const name = programs
      .map((program) => basename(program))
      .find((one) => this.#installed.has(one))
    const program = programs[0] ?? ''
    if (name === undefined)
      throw new ProgramUnavailable('not-installed', {
        zh: `未安装 ${program}`,
        en: `${program} is not installed`,
      })
    this.calls.push([name, ...args])
    return this.#commands.run(join(this.tree.root, 'programs', name), args, {
      deadlineMs: this.#deadlines.get(args.at(-1) ?? '') ?? deadlineMs,
      maxBytes,
      signal,
    })
  }

  /** A file that a stand-in wrote beside itself. */
  async read(name: string): Promise<string> {
    return readFile(join(this.tree.root, 'programs', name), 'utf8')
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#commands[Symbol.dispose]()
    this.#files[Symbol.dispose]()
    await this.tree[Symbol.asyncDispose]()
  }
}
