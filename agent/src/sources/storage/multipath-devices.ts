import type { HostFiles } from '../host-files.ts'
import { readText } from './block-devices.ts'

/** One multipath device, as sysfs has it. */
export interface MultipathDevice {
  /** Of device mapper: mpatha, or an alias. */
  readonly name: string
  readonly wwid: string
  readonly sizeBytes: number | undefined
  readonly paths: number
  /** Whose SCSI device runs: a path that multipathd took out may still count here. */
  readonly active: number
}

const SECTOR_BYTES = 512

export function readMultipathDevices(files: HostFiles): MultipathDevice[] {
  const blocks = files.listIfThere('/sys/block') ?? []
  return blocks
    .filter((block) => /^dm-\d{1,6}$/.test(block))
    .flatMap((block) => {
      const uuid = readText(files, `/sys/block/${block}/dm/uuid`) ?? ''
      if (!uuid.startsWith('mpath-')) return []
      const paths = files.listIfThere(`/sys/block/${block}/slaves`) ?? []
      const sectors = Number(readText(files, `/sys/block/${block}/size`) ?? Number.NaN)
      return [
        {
          name: readText(files, `/sys/block/${block}/dm/name`) ?? block,
          wwid: uuid
            .slice('mpath-'.length)
            .replaceAll(/[^\w.:-]/g, '_')
            .slice(0, 128),
          sizeBytes: Number.isSafeInteger(sectors * SECTOR_BYTES)
            ? sectors * SECTOR_BYTES
            : undefined,
          paths: paths.length,
          active: paths.filter((path) => isRunning(files, block, path)).length,
        },
      ]
    })
}

function isRunning(files: HostFiles, block: string, path: string): boolean {
  const state = readText(files, `/sys/block/${block}/slaves/${path}/device/state`)
  return state === 'running' || state === 'live'
}

/** Paths of one device in the kernel's table. */
export interface PathCount {
  readonly paths: number
  readonly active: number
}

/**
 * Parses `dmsetup status --target multipath`: `name: 0 SECTORS multipath` and then counted lists: features, handler, groups, and in each group its
 * paths `8:16 A 0` (active) or `F` (failed). A line that is not of this form is left out: sysfs speaks for that device then.
 */
export function parseMultipathStatus(text: string): ReadonlyMap<string, PathCount> {
  const devices = new Map<string, PathCount>()
  for (const line of text.split('\n').slice(0, 10_000)) {
    const [, name, rest] = /^(\S+): \d+ \d+ multipath (.+)$/.exec(line) ?? []
    const count = rest === undefined ? undefined : countPaths(rest.trim().split(/\s+/))
    if (name !== undefined && count !== undefined) devices.set(name, count)
  }
  return devices
}

function countPaths(words: readonly string[]): PathCount | undefined {
  const reader = new WordReader(words)
  reader.skipList()
  reader.skipList()
  const groups = reader.number()
  reader.skip(1)
  let paths = 0
  let active = 0
  for (let group = 0; group < groups; group += 1) {
    reader.skip(1)
    reader.skipList()
    const members = reader.number()
    const more = reader.number()
    for (let member = 0; member < members; member += 1) {
      reader.skip(1)
      const state = reader.word()
      if (state !== 'A' && state !== 'F') return undefined
      paths += 1
      if (state === 'A') active += 1
      reader.skip(1 + more)
    }
  }
  return reader.isWhole ? { paths, active } : undefined
}

/** Reads words one after another; what is beyond the end, or no number, spoils the whole. */
class WordReader {
  readonly #words: readonly string[]
  #at = 0
  #isSpoiled = false

  constructor(words: readonly string[]) {
    this.#words = words
  }

  get isWhole(): boolean {
    return !this.#isSpoiled && this.#at === this.#words.length
  }

  word(): string {
    const word = this.#words[this.#at]
    this.#at += 1
    if (word === undefined) this.#isSpoiled = true
    return word ?? ''
  }

  number(): number {
    const word = this.word()
    if (/^\d{1,5}$/.test(word)) return Number(word)
    this.#isSpoiled = true
    return 0
  }

  skip(words: number): void {
    this.#at += words
  }

  /** A count, and as many words. */
  skipList(): void {
    this.skip(this.number())
  }
}

/** Names of the devices that hold I/O back while no path is left, out of `dmsetup table --target multipath`. */
export function parseQueueing(text: string): ReadonlyMap<string, boolean> {
  const devices = new Map<string, boolean>()
  for (const line of text.split('\n').slice(0, 10_000)) {
    const [, name, rest = ''] = /^(\S+): \d+ \d+ multipath (.+)$/.exec(line) ?? []
    if (name !== undefined) devices.set(name, /\bqueue_if_no_path\b/.test(rest))
  }
  return devices
}
