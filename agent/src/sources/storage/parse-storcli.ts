import { asRecord } from '../../as-record.ts'
import { ProbeError } from '../../probe.ts'
import { at, countAt, listAt, parseProgramJson, textAt } from './json-value.ts'
import {
  stateOfWord,
  type DiskState,
  type RaidArray,
  type RaidController,
  type RaidDisk,
  type RaidState,
} from './raid-controller.ts'

const MOST = 1_024

const CONTROLLER_WORDS: Readonly<Record<string, RaidState>> = {
  optimal: 'ok',
  ok: 'ok',
  'needs attention': 'degraded',
  'need attention': 'degraded',
  degraded: 'degraded',
  failed: 'failed',
}

/** States of virtual drives, as the legend under `show all` has them. */
const ARRAY_WORDS: Readonly<Record<string, RaidState>> = {
  optl: 'ok',
  optimal: 'ok',
  rec: 'rebuilding',
  recovery: 'rebuilding',
  pdgd: 'degraded',
  'partially degraded': 'degraded',
  dgrd: 'degraded',
  degraded: 'degraded',
  ofln: 'failed',
  offline: 'failed',
  failed: 'failed',
}

const DISK_WORDS: Readonly<Record<string, DiskState>> = {
  onln: 'active',
  online: 'active',
  conf: 'active',
  jbod: 'active',
  ugood: 'idle',
  uconf: 'idle',
  ugunsp: 'idle',
  dhs: 'spare',
  ghs: 'spare',
  rbld: 'rebuilding',
  rebuild: 'rebuilding',
  cpybck: 'rebuilding',
  ubad: 'failed',
  ubunsp: 'failed',
  offln: 'failed',
  failed: 'failed',
  msng: 'failed',
  missing: 'failed',
}

const BATTERY_WORDS: Readonly<Record<string, 'good' | 'bad'>> = {
  optimal: 'good',
  optl: 'good',
  ok: 'good',
  ready: 'good',
  degraded: 'bad',
  dgd: 'bad',
  dgrd: 'bad',
  failed: 'bad',
  fld: 'bad',
  'needs attention': 'bad',
  missing: 'bad',
}

/**
 * Controllers out of storcli's (and perccli's) `/call show all J`. Media errors stand elsewhere: addDriveErrors().
 * @throws ProbeError UNPARSABLE, or UNREADABLE where it says that it failed
 */
export function parseStorcli(text: string): RaidController[] {
  const answers = listAt(parseProgramJson(text, 'storcli'), 'Controllers')
  return answers.slice(0, 64).flatMap((answer) => {
    const data = at(answer, 'Response Data')
    if (textAt(answer, 'Command Status', 'Status')?.toLowerCase() === 'failure')
      return toFailure(answer)
    const number =
      countAt(data, 'Basics', 'Controller') ?? countAt(answer, 'Command Status', 'Controller')
    return number === undefined ? [] : [toController(`c${number}`, data)]
  })
}

/** No controller at all is an answer; the rest is a failure of the tool. */
function toFailure(answer: unknown): never[] {
  const why = textAt(answer, 'Command Status', 'Description') ?? 'no reason given'
  if (/no controller found/i.test(why)) return []
  throw new ProbeError('UNREADABLE', { zh: `storcli 失败：${why}`, en: `storcli failed: ${why}` })
}

function toController(name: string, data: unknown): RaidController {
  const disks = listDisks(data)
  return {
    name,
    model: textAt(data, 'Basics', 'Model') ?? '',
    state: stateOfWord(CONTROLLER_WORDS, textAt(data, 'Status', 'Controller Status') ?? ''),
    arrays: listArrays(data),
    disks,
    batteryOk: batteryOf(data),
    mediaErrors: undefined,
    predictiveFailures: undefined,
  }
}

function listArrays(data: unknown): RaidArray[] {
  const rows = listAt(data, 'TOPOLOGY')
  return listAt(data, 'VD LIST')
    .slice(0, MOST)
    .map((row) => {
      const name = textAt(row, 'DG/VD') ?? '?'
      const [group = ''] = name.split('/')
      const disks = rows
        .filter((one) => textAt(one, 'DG') === group && textAt(one, 'Type') === 'DRIVE')
        .map((one) => toDisk(one, 'EID:Slot'))
      const state = stateOfWord(ARRAY_WORDS, textAt(row, 'State') ?? '')
      return {
        name,
        level: textAt(row, 'TYPE') ?? 'unknown',
        state: isUnderRepair(state, disks) ? 'rebuilding' : state,
        disks,
      }
    })
}

/** Degraded, with each disk that fails it being rebuilt: what is left to do is to wait. */
function isUnderRepair(state: RaidState, disks: readonly RaidDisk[]): boolean {
  const has = (wanted: DiskState) => disks.some((disk) => disk.state === wanted)
  return state === 'degraded' && has('rebuilding') && !has('failed') && !has('unknown')
}

function listDisks(data: unknown): RaidDisk[] {
  const listed = listAt(data, 'PD LIST')
  if (listed.length > 0) return listed.slice(0, MOST).map((row) => toDisk(row, 'EID:Slt'))
  // Of an adapter without RAID, each drive is a member of its own.
  return Object.entries(asRecord(at(data, 'Physical Device Information')))
    .filter(([name]) => /^Drive \/c\d+(\/e\d+)?\/s\d+$/.test(name))
    .slice(0, MOST)
    .flatMap(([, rows]) => (Array.isArray(rows) ? rows.map((row) => toDisk(row, 'EID:Slt')) : []))
}

function toDisk(row: unknown, slot: string): RaidDisk {
  const word = textAt(row, 'State') ?? ''
  return {
    slot: textAt(row, slot) ?? '?',
    state: stateOfWord(DISK_WORDS, word),
    word,
    model: textAt(row, 'Model') ?? '',
  }
}

function batteryOf(data: unknown): boolean | undefined {
  const packs = [...listAt(data, 'BBU_Info'), ...listAt(data, 'Cachevault_Info')]
  const words = packs.map((pack) => stateOfWord(BATTERY_WORDS, textAt(pack, 'State') ?? ''))
  if (words.includes('bad')) return false
  return words.length > 0 && !words.includes('unknown') ? true : undefined
}

/** Adds what `/call/eall/sall show all J` tells of the drives; of an answer that is none, nothing. */
export function addDriveErrors(
  controllers: readonly RaidController[],
  text: string,
): RaidController[] {
  const answers = listAt(parseProgramJson(text, 'storcli'), 'Controllers')
  const byName = new Map(
    answers.map((answer) => [
      `c${countAt(answer, 'Command Status', 'Controller')}`,
      driveStates(at(answer, 'Response Data')),
    ]),
  )
  return controllers.map((controller) => {
    const drives = byName.get(controller.name)
    if (drives === undefined || drives.length === 0) return controller
    const errors = drives.map((drive) => countAt(drive, 'Media Error Count') ?? 0)
    return {
      ...controller,
      mediaErrors: errors.reduce((sum, count) => sum + count, 0),
      predictiveFailures: drives.filter(isFailing).length,
    }
  })
}

/** `Drive /c0/e252/s0 - Detailed Information` → `Drive /c0/e252/s0 State`. */
function driveStates(data: unknown): unknown[] {
  return Object.entries(asRecord(data))
    .filter(([name]) => name.endsWith(' - Detailed Information'))
    .slice(0, MOST)
    .flatMap(([name, details]) => {
      const state = at(details, name.replace(' - Detailed Information', ' State'))
      return state === undefined ? [] : [state]
    })
}

function isFailing(drive: unknown): boolean {
  return (
    (countAt(drive, 'Predictive Failure Count') ?? 0) > 0 ||
    textAt(drive, 'S.M.A.R.T alert flagged by drive')?.toLowerCase() === 'yes'
  )
}
