import { NoDataError } from '../probe.ts'
import type { HostFiles } from './host-files.ts'

/** Where systemd keeps its tree: version 2, mixed, version 1. */
const MOUNTS = ['/sys/fs/cgroup', '/sys/fs/cgroup/unified', '/sys/fs/cgroup/systemd']
const MOST_SLICES = 512
const MOST_GROUPS_OF_A_UNIT = 256
const SEARCH_AGAIN_MS = 60_000

/** Which processes belong to a systemd unit, from the control groups that systemd makes; no program is started. */
export class ControlGroups {
  readonly #files: HostFiles
  #mount: string | undefined
  /** Directory of a unit outside its usual slice; undefined = looked for in vain. */
  readonly #elsewhere = new Map<string, { directory: string | undefined; searchedAtMs: number }>()

  constructor(files: HostFiles) {
    this.#files = files
  }

  /**
   * Pids of a system unit such as `nginx.service`, its sub-groups included; empty where it does not run.
   * @throws NoDataError where there is no systemd tree at all
   */
  readUnitPids(unit: string, timeMs: number): number[] {
    const mount = this.#findMount()
    for (const directory of usualDirectories(mount, unit)) {
      const pids = this.#readPids(directory)
      if (pids) return pids
    }
    const directory = this.#findElsewhere(mount, unit, timeMs)
    return (directory && this.#readPids(directory)) || []
  }

  #findMount(): string {
    this.#mount ??= MOUNTS.find((mount) => this.#isThere(`${mount}/system.slice`))
    if (this.#mount === undefined) {
      throw new NoDataError({
        zh: '/sys/fs/cgroup 中没有 system.slice：本机未运行 systemd',
        en: '/sys/fs/cgroup has no system.slice: systemd does not run here',
      })
    }
    return this.#mount
  }

  #isThere(directory: string): boolean {
    return this.#unlessAbsent(() => this.#files.stat(directory).isDirectory()) ?? false
  }

  #readPids(directory: string): number[] | undefined {
    return this.#unlessAbsent(() => {
      const pids: number[] = []
      const groups = [directory]
      for (let at = 0; at < groups.length && at < MOST_GROUPS_OF_A_UNIT; at += 1) {
        const group = groups[at] ?? ''
        pids.push(...parsePids(this.#files.readOnce(`${group}/cgroup.procs`)))
        groups.push(...this.#subGroups(group))
      }
      return pids
    })
  }

  /** A directory of cgroupfs has two links and one for each directory in it: most units have none. */
  #subGroups(group: string): string[] {
    if (this.#files.stat(group).nlink === 2) return []
    return this.#files.listDirectories(group).map((name) => `${group}/${name}`)
  }

  /** A unit may be in any slice. The search goes through slices alone, at most once a minute. */
  #findElsewhere(mount: string, unit: string, timeMs: number): string | undefined {
    const known = this.#elsewhere.get(unit)
    if (known && Math.abs(timeMs - known.searchedAtMs) < SEARCH_AGAIN_MS) return known.directory
    const directory = this.#unlessAbsent(() => this.#search(mount, unit))
    this.#elsewhere.set(unit, { directory, searchedAtMs: timeMs })
    return directory
  }

  #search(mount: string, unit: string): string | undefined {
    const slices = [mount]
    for (let at = 0; at < slices.length && at < MOST_SLICES; at += 1) {
      const slice = slices[at] ?? ''
      const names = this.#files.listDirectories(slice)
      if (names.includes(unit)) return `${slice}/${unit}`
      const inner = names.filter((name) => name.endsWith('.slice'))
      slices.push(...inner.map((name) => `${slice}/${name}`))
    }
    return undefined
  }

  #unlessAbsent<T>(read: () => T): T | undefined {
    try {
      return read()
    } catch (error) {
      if (error instanceof NoDataError) return undefined
      throw error
    }
  }
}

/** system.slice itself; for an instance (getty@tty1.service) the slice of its template. */
function usualDirectories(mount: string, unit: string): string[] {
  const system = `${mount}/system.slice`
  const template = /^([^@]+)@/.exec(unit)?.[1]
  if (template === undefined) return [`${system}/${unit}`]
  const slice = `system-${template.replaceAll('-', '\\x2d')}.slice`
  return [`${system}/${slice}/${unit}`, `${system}/${unit}`]
}

function parsePids(bytes: Buffer): number[] {
  return bytes.toString('latin1').split('\n').filter(Boolean).map(Number)
}
