import { ProbeError } from '../../probe.ts'
import { printable } from './json-value.ts'
import {
  stateOfWord,
  type DiskState,
  type RaidArray,
  type RaidController,
  type RaidDisk,
  type RaidState,
} from './raid-controller.ts'

const CONTROLLER_WORDS: Readonly<Record<string, RaidState>> = {
  optimal: 'ok',
  okay: 'ok',
  ok: 'ok',
  degraded: 'degraded',
  failed: 'failed',
}

const ARRAY_WORDS: Readonly<Record<string, RaidState>> = {
  optimal: 'ok',
  rebuilding: 'rebuilding',
  'degraded, rebuilding': 'rebuilding',
  degraded: 'degraded',
  suboptimal: 'degraded',
  'suboptimal, fault tolerant': 'degraded',
  'suboptimal, not fault tolerant': 'degraded',
  'interim recovery': 'degraded',
  failed: 'failed',
  offline: 'failed',
  impacted: 'degraded',
}

const DISK_WORDS: Readonly<Record<string, DiskState>> = {
  online: 'active',
  'online (jbod)': 'active',
  optimal: 'active',
  raw: 'idle',
  ready: 'idle',
  'hot spare': 'spare',
  'hot-spare': 'spare',
  'global hot-spare': 'spare',
  'dedicated hot-spare': 'spare',
  rebuilding: 'rebuilding',
  failed: 'failed',
  offline: 'failed',
  missing: 'failed',
  inconsistent: 'failed',
}

/** Lines `key : value` of one device. */
type Values = ReadonlyMap<string, string>

/**
 * One controller out of `arcconf GETCONFIG n AL`; undefined where there is none of this number.
 * @throws ProbeError UNREADABLE for a text that is neither
 */
export function parseArcconf(text: string, number: number): RaidController | undefined {
  if (/invalid controller number|controllers found: 0\b|no controllers? found/i.test(text))
    return undefined
  const own = valuesOf(text)
  const status = own.get('Controller Status')
  if (status === undefined) {
    const begin = printable(text) || '""'
    throw new ProbeError('UNREADABLE', {
      zh: `arcconf 没有给出控制器状态：${begin}`,
      en: `arcconf tells no state of the controller: ${begin}`,
    })
  }
  const disks = listDisks(text)
  return {
    name: `adaptec${number}`,
    model: own.get('Controller Model') ?? '',
    state: stateOfWord(CONTROLLER_WORDS, status),
    arrays: listArrays(text),
    disks: disks.map(({ disk }) => disk),
    batteryOk: batteryOf(text),
    mediaErrors: undefined,
    predictiveFailures: disks.filter(({ values }) => warnsOf(values)).length,
  }
}

function valuesOf(text: string): Values {
  const values = new Map<string, string>()
  for (const line of text.split('\n').slice(0, 20_000)) {
    const [, key, value = ''] = /^\s*(\S[^:]*?)\s+:\s(.*)$/.exec(line) ?? []
    if (key !== undefined && !values.has(key)) values.set(key, printable(value))
  }
  return values
}

function listArrays(text: string): RaidArray[] {
  return text
    .split(/^\s*(?=Logical Device number \d+)/im)
    .slice(1, 257)
    .map((part) => {
      const [body = ''] = part.split(/^-{20,}\s*\n\s*Physical Device information/im)
      const values = valuesOf(body)
      const [, number = '?'] = /^Logical Device number (\d+)/i.exec(part) ?? []
      const level = values.get('RAID level') ?? ''
      return {
        name: number,
        level: /^\d+$/.test(level) ? `RAID${level}` : level || 'unknown',
        state: stateOfWord(
          ARRAY_WORDS,
          values.get('Status of Logical Device') ?? values.get('Status') ?? '',
        ),
        disks: [],
      }
    })
}

function listDisks(text: string): { disk: RaidDisk; values: Values }[] {
  const [, physical = ''] = text.split(/^\s*Physical Device information\s*$/im)
  return physical
    .split(/^\s*(?=Device #\d+)/im)
    .slice(1, 1_025)
    .filter((part) => /Device is a Hard drive/i.test(part))
    .map((part) => {
      const values = valuesOf(part)
      const word = (values.get('State') ?? '').replace(/ *,.*$/, '')
      const [, number = '?'] = /^Device #(\d+)/i.exec(part) ?? []
      const slot = values.get('Reported Location') ?? values.get('Reported Channel,Device(T:L)')
      return {
        values,
        disk: {
          slot: slot ?? number,
          state: stateOfWord(DISK_WORDS, word),
          word,
          model: values.get('Model') ?? '',
        },
      }
    })
}

function warnsOf(values: Values): boolean {
  return /^[1-9]/.test(values.get('S.M.A.R.T. warnings') ?? '')
}

/** Of a battery, or of a module with a capacitor (ZMM). */
function batteryOf(text: string): boolean | undefined {
  const [, section] =
    /(?:Battery|ZMM|Cache Backup Unit)[^\n]*Information\s*\n\s*-+\s*\n([\s\S]{0,2000}?)(?:\n\s*-{5,}|$)/i.exec(
      text,
    ) ?? []
  const word =
    section === undefined
      ? undefined
      : (valuesOf(section).get('Status') ?? valuesOf(section).get('Overall Backup Unit Status'))
  if (word === undefined) return undefined
  if (/^(zmm )?(optimal|ok|ready)$/i.test(word)) return true
  return /fail|degraded|replace|missing|not optimal/i.test(word) ? false : undefined
}
