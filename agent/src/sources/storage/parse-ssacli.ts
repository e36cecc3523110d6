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

const CONTROLLER_WORDS: Readonly<Record<string, RaidState>> = { ok: 'ok', failed: 'failed' }

/** How states of logical drives begin; what follows is a progress. */
const ARRAY_WORDS: readonly (readonly [RegExp, RaidState])[] = [
  [/^ok$/i, 'ok'],
  [/^(recovering|rebuilding|ready for rebuild|queued for rebuild)/i, 'rebuilding'],
  [/^(interim recovery|degraded|ready for recovery|waiting for rebuild)/i, 'degraded'],
  [/^(failed|disabled|wrong drive|hardware|not available|offline)/i, 'failed'],
  [/^(expanding|transforming|queued for expansion|queued for transformation|erase)/i, 'rebuilding'],
]

const DISK_WORDS: readonly (readonly [RegExp, DiskState])[] = [
  [/^ok$/i, 'active'],
  [/^rebuild/i, 'rebuilding'],
  [/^predictive failure/i, 'active'],
  [/^(failed|offline|missing|not available|wrong drive)/i, 'failed'],
]

const BATTERY_WORDS: Readonly<Record<string, 'good' | 'bad'>> = { ok: 'good' }

/** What is told of one controller, array, drive: lines `Key: value` under a heading. */
interface Section {
  readonly heading: string
  readonly values: Map<string, string>
}

/**
 * Controllers out of `ssacli ctrl all show config detail`.
 * @throws ProbeError UNREADABLE where the text has no controller and is no statement that there is none
 */
export function parseSsacli(text: string): RaidController[] {
  const controllers: RaidController[] = []
  const parts = text.split(/^(?=\S.* in Slot \S+)/m)
  for (const part of parts.slice(0, 64)) {
    const [, model = '', slot] = /^(\S.*?) in Slot (\S+)/.exec(part) ?? []
    if (slot !== undefined) controllers.push(toController(printable(model), slot, part))
  }
  if (controllers.length > 0 || /no controllers detected/i.test(text)) return controllers
  const begin = printable(text) || '""'
  throw new ProbeError('UNREADABLE', {
    zh: `ssacli 没有列出控制器：${begin}`,
    en: `ssacli lists no controller: ${begin}`,
  })
}

function toController(model: string, slot: string, text: string): RaidController {
  const sections = splitSections(text)
  const [own] = sections
  const battery = own?.values.get('Battery/Capacitor Status')
  return {
    name: `slot${printable(slot).slice(0, 16)}`,
    model,
    state: stateOfWord(CONTROLLER_WORDS, own?.values.get('Controller Status') ?? ''),
    arrays: listArrays(sections),
    disks: sections.filter(isDrive).map(toDisk),
    batteryOk: battery === undefined ? undefined : batteryOf(battery),
    mediaErrors: undefined,
    predictiveFailures: sections.filter(
      (section) =>
        isDrive(section) && /predictive failure/i.test(section.values.get('Status') ?? ''),
    ).length,
  }
}

/** Failed and missing batteries are bad; one that charges is neither. */
function batteryOf(word: string): boolean | undefined {
  if (/^(failed|missing|degraded|not )/i.test(word)) return false
  return stateOfWord(BATTERY_WORDS, word) === 'good' ? true : undefined
}

const HEADING =
  /^ *(\S.* in Slot \S+.*|Array: .+|Array [A-Z]+.*|Unassigned|Logical Drive: .+|physicaldrive \S+|Mirror Group \d+:?|Enclosure SEP .*|SEP .*|Expander .*|Port Name: .*|Sensor ID: .*|.* at Port .*|Physical Drives|HBA Drives)$/i

function splitSections(text: string): Section[] {
  const sections: Section[] = []
  for (const line of text.split('\n').slice(0, 100_000)) {
    const bare = line.trim()
    if (HEADING.test(line)) sections.push({ heading: bare, values: new Map() })
    const colon = bare.indexOf(': ')
    const section = sections.at(-1)
    if (section === undefined || colon <= 0) continue
    const key = bare.slice(0, colon).trim()
    if (!section.values.has(key)) section.values.set(key, printable(bare.slice(colon + 2)))
  }
  return sections
}

/** The detailed section, not the one line in a list of drives. */
function isDrive({ heading, values }: Section): boolean {
  return /^physicaldrive \S+$/i.test(heading) && values.has('Status')
}

function toDisk({ heading, values }: Section): RaidDisk {
  const word = values.get('Status') ?? ''
  const kind = values.get('Drive Type') ?? ''
  const state = matching(DISK_WORDS, word)
  return {
    slot: printable(heading.replace(/^physicaldrive /i, '')),
    state: state === 'active' ? useOf(kind) : state,
    word,
    model: values.get('Model') ?? '',
  }
}

function useOf(kind: string): DiskState {
  if (/spare/i.test(kind)) return 'spare'
  return /unassigned/i.test(kind) ? 'idle' : 'active'
}

/** Drives stand after the logical drives of their array. */
function listArrays(sections: readonly Section[]): RaidArray[] {
  const arrays: (RaidArray & { disks: RaidDisk[] })[] = []
  let group: (RaidArray & { disks: RaidDisk[] })[] = []
  for (const section of sections) {
    const { heading, values } = section
    if (/^(array\b|unassigned$|hba drives$)/i.test(heading)) group = []
    const [, name] = /^Logical Drive: (.+)$/i.exec(heading) ?? []
    if (name !== undefined) {
      const array = {
        name: printable(name),
        level: levelOf(values.get('Fault Tolerance') ?? ''),
        state: matching(ARRAY_WORDS, values.get('Status') ?? ''),
        disks: [],
      }
      group.push(array)
      arrays.push(array)
    } else if (isDrive(section)) for (const array of group) array.disks.push(toDisk(section))
  }
  return arrays
}

/** `1`, `RAID 5`, `1+0` → RAID10. */
function levelOf(tolerance: string): string {
  const [, level] = /^(?:RAID )?(\d[\d+]*)/i.exec(tolerance) ?? []
  return level === undefined ? 'unknown' : `RAID${level.replaceAll('+', '')}`
}

function matching<S extends string>(
  table: readonly (readonly [RegExp, S])[],
  word: string,
): S | 'unknown' {
  return table.find(([pattern]) => pattern.test(word.trim()))?.[1] ?? 'unknown'
}
