import { printable } from './json-value.ts'

/** States of a pool; what zpool says in a word that we don't know is `unknown`. */
export const POOL_STATES = {
  online: 0,
  degraded: 1,
  faulted: 2,
  unavail: 3,
  suspended: 4,
  offline: 5,
  removed: 6,
  unknown: 7,
} as const

/** A row of `zpool list -Hp -o name,size,alloc,free,frag,cap,health`. */
export interface PoolSpace {
  readonly name: string
  readonly state: number
  readonly size: number | undefined
  readonly allocated: number | undefined
  readonly free: number | undefined
  readonly fragmentation: number | undefined
  readonly capacity: number | undefined
}

const MOST_POOLS = 1_000

export function parsePoolList(text: string): PoolSpace[] {
  return text
    .split('\n')
    .slice(0, MOST_POOLS)
    .flatMap((line) => {
      const [name = '', size, allocated, free, fragmentation, capacity, health, ...more] =
        line.split('\t')
      if (health === undefined || more.length > 0 || printable(name) === '') return []
      return [
        {
          name: printable(name),
          state: poolStateOf(health),
          size: wholeOf(size),
          allocated: wholeOf(allocated),
          free: wholeOf(free),
          fragmentation: percentOf(fragmentation),
          capacity: percentOf(capacity),
        },
      ]
    })
}

function poolStateOf(word: string): number {
  return (
    new Map<string, number>(Object.entries(POOL_STATES)).get(word.trim().toLowerCase()) ??
    POOL_STATES.unknown
  )
}

/** `-` where there is none. */
function wholeOf(text: string | undefined): number | undefined {
  return text !== undefined && /^\d{1,15}$/.test(text) ? Number(text) : undefined
}

function percentOf(text: string | undefined): number | undefined {
  const value = wholeOf(text?.replace(/%$/, ''))
  return value === undefined || value > 100 ? undefined : value
}

/** What `zpool status` says of the devices of one pool. */
export interface PoolErrors {
  readonly state: number
  readonly read: number
  readonly write: number
  readonly checksum: number
  /** Disks that are neither online nor a spare in waiting. */
  readonly devicesFailed: number
  /** Whether files are damaged for good; undefined where it says something that we don't know. */
  readonly hasDataErrors: boolean | undefined
}

export function parsePoolStatus(text: string): ReadonlyMap<string, PoolErrors> {
  const pools = new Map<string, PoolErrors>()
  for (const part of text.split(/^ *pool: /m).slice(1, MOST_POOLS)) {
    const [first = ''] = part.split('\n')
    pools.set(printable(first), parsePool(part))
  }
  return pools
}

const ROW =
  /^\s+(\S+)\s+(ONLINE|DEGRADED|FAULTED|OFFLINE|UNAVAIL|REMOVED|SUSPENDED)\s+(\S+)\s+(\S+)\s+(\S+)/
/** Rows that stand for several disks, or for the pool. */
const GROUP = /^(mirror|raidz\d?|draid\d?|spare|replacing|indirect)(-|$)/

function parsePool(part: string): PoolErrors {
  const [, state = ''] = /^ *state: (\S+)/m.exec(part) ?? []
  const [, errors] = /^ *errors: (.+)/m.exec(part) ?? []
  const [, table = ''] = part.split(/^\s+NAME\s+STATE\s+READ\s+WRITE\s+CKSUM\s*$/m)
  const rows = table.split('\n').flatMap((line) => {
    const row = ROW.exec(line)
    return row === null ? [] : [row]
  })
  const [pool, ...members] = rows
  const disks = members.filter(([, name = '']) => !GROUP.test(name))
  const sum = (column: number) =>
    disks.reduce((total, row) => total + (countOf(row[column]) ?? 0), 0) ||
    (countOf(pool?.[column]) ?? 0)
  return {
    state: poolStateOf(state),
    read: sum(3),
    write: sum(4),
    checksum: sum(5),
    devicesFailed: disks.filter(([, , word]) => word !== 'ONLINE').length,
    hasDataErrors: dataErrorsOf(errors),
  }
}

function dataErrorsOf(errors: string | undefined): boolean | undefined {
  if (errors === undefined) return undefined
  if (/no known data errors/i.test(errors)) return false
  return /permanent errors|\d+ data errors/i.test(errors) ? true : undefined
}

const SUFFIXES = ['', 'K', 'M', 'G', 'T']

/** `1.2K` counts thousands as 1024. */
function countOf(text: string | undefined): number | undefined {
  const [, number, suffix = ''] = /^(\d{1,15}(?:\.\d{1,3})?)([KMGT]?)$/.exec(text ?? '') ?? []
  return number === undefined
    ? undefined
    : Math.round(Number(number) * 1024 ** SUFFIXES.indexOf(suffix))
}
