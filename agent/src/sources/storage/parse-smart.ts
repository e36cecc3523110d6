import { sumOfKnown } from '../../sum-of-known.ts'
import { at, countAt, listAt, numberAt, parseProgramJson, printable, textAt } from './json-value.ts'

/** What `smartctl --json -a` told of one disk. */
export interface SmartReport {
  /** A bit mask: 1 command line, 2 not opened, 4 a command failed, 8 failing, 16 pre-fail now, 32 in the past, 64 error log, 128 self-test log. */
  readonly exitStatus: number
  /** It sleeps, was left asleep, and told nothing. */
  readonly isAsleep: boolean
  /** Why nothing was told; undefined where something was. */
  readonly problem: string | undefined
  readonly model: string
  readonly serial: string | undefined
  readonly wwn: string
  readonly kind: 'ata' | 'scsi' | 'nvme' | 'other'
  readonly values: SmartValues
  readonly attributes: readonly SmartAttribute[]
}

export type SmartValues = Readonly<Record<SmartValue, number | undefined>>

export type SmartValue =
  | 'health_ok'
  | 'temp_c'
  | 'temp_warn_c'
  | 'temp_limit_c'
  | 'power_on_hours'
  | 'power_cycles'
  | 'reallocated_sectors_count'
  | 'pending_sector_count'
  | 'uncorrectable_sector_count'
  | 'uncorrectable_errors'
  | 'udma_crc_errors'
  | 'bad_sectors'
  | 'percentage_used'
  | 'media_wearout_indicator'
  | 'available_spare'
  | 'available_spare_threshold'
  | 'critical_warning'
  | 'media_errors'
  | 'failing_attributes'
  | 'error_log_entries'

/** One row of an ATA disk's table. */
export interface SmartAttribute {
  readonly id: number
  readonly name: string
  /** As smartctl prints it: `-`, `NOW`, `Past`. */
  readonly fail: string
  readonly value: number | undefined
  readonly worst: number | undefined
  readonly threshold: number | undefined
  readonly raw: number | undefined
}

/** Exit status that was asked for where a disk sleeps (`-n standby,3`). */
const ASLEEP = 3
/** The command line was wrong, or the device could not be opened. */
const NOT_READ = 0b11
const MOST_ATTRIBUTES = 64

/** @throws ProbeError UNPARSABLE */
export function parseSmart(text: string, exitCode: number): SmartReport {
  const json = parseProgramJson(text, 'smartctl')
  const exitStatus = countAt(json, 'smartctl', 'exit_status') ?? exitCode
  const attributes = listAttributes(json)
  const serial = textAt(json, 'serial_number')
  const model = textAt(json, 'model_name') ?? textAt(json, 'scsi_model_name')
  const isAsleep = exitStatus === ASLEEP && at(json, 'smart_status') === undefined
  return {
    exitStatus,
    isAsleep,
    problem: isAsleep || (exitStatus & NOT_READ) === 0 ? undefined : messageOf(json),
    model: model ?? '',
    serial,
    wwn: wwnOf(json),
    kind: kindOf(json),
    values: valuesOf(json, attributes),
    attributes,
  }
}

function messageOf(json: unknown): string {
  const messages = listAt(json, 'smartctl', 'messages').map((message) => textAt(message, 'string'))
  return (
    printable(messages.filter((message) => message !== undefined).join('; ')) || 'no reason given'
  )
}

function kindOf(json: unknown): SmartReport['kind'] {
  const protocol = textAt(json, 'device', 'protocol') ?? ''
  switch (protocol.toLowerCase()) {
    case 'ata':
      return 'ata'
    case 'scsi':
      return 'scsi'
    case 'nvme':
      return 'nvme'
    default:
      return 'other'
  }
}

function wwnOf(json: unknown): string {
  const [naa, oui, id] = ['naa', 'oui', 'id'].map((part) => countAt(json, 'wwn', part))
  if (naa === undefined || oui === undefined || id === undefined)
    return textAt(json, 'logical_unit_id') ?? ''
  return `${naa.toString(16)}${oui.toString(16).padStart(6, '0')}${id.toString(16).padStart(9, '0')}`
}

function listAttributes(json: unknown): SmartAttribute[] {
  return listAt(json, 'ata_smart_attributes', 'table')
    .slice(0, MOST_ATTRIBUTES)
    .flatMap((row) => {
      const id = countAt(row, 'id')
      const name = textAt(row, 'name')
      if (id === undefined || name === undefined) return []
      return [
        {
          id,
          name,
          fail: textAt(row, 'when_failed') ?? '-',
          value: countAt(row, 'value'),
          worst: countAt(row, 'worst'),
          threshold: countAt(row, 'thresh'),
          raw: countAt(row, 'raw', 'value'),
        },
      ]
    })
}

function valuesOf(json: unknown, attributes: readonly SmartAttribute[]): SmartValues {
  const raw = (id: number) => attributes.find((attribute) => attribute.id === id)?.raw
  const passed = at(json, 'smart_status', 'passed')
  const log = at(json, 'nvme_smart_health_information_log')
  const pending = raw(197)
  const uncorrectable = raw(198)
  return {
    health_ok: typeof passed === 'boolean' ? Number(passed) : undefined,
    ...temperaturesOf(json),
    power_on_hours: countAt(json, 'power_on_time', 'hours'),
    power_cycles: countAt(json, 'power_cycle_count'),
    reallocated_sectors_count: raw(5) ?? countAt(json, 'scsi_grown_defect_list'),
    pending_sector_count: pending ?? countAt(json, 'scsi_pending_defects', 'count'),
    uncorrectable_sector_count: uncorrectable,
    uncorrectable_errors: raw(187) ?? scsiErrorsOf(json),
    udma_crc_errors: raw(199),
    bad_sectors: sumOfKnown(
      pending,
      uncorrectable,
      countAt(json, 'scsi_grown_defect_list'),
      countAt(json, 'scsi_pending_defects', 'count'),
      countAt(log, 'media_errors'),
    ),
    percentage_used: wearOf(json, attributes),
    media_wearout_indicator: attributes.find(({ name }) => name === 'Media_Wearout_Indicator')
      ?.value,
    available_spare: percentOf(countAt(log, 'available_spare')),
    available_spare_threshold: percentOf(countAt(log, 'available_spare_threshold')),
    critical_warning: countAt(log, 'critical_warning'),
    media_errors: countAt(log, 'media_errors'),
    failing_attributes:
      attributes.length === 0
        ? undefined
        : attributes.filter(({ fail }) => /now/i.test(fail)).length,
    error_log_entries:
      countAt(json, 'ata_smart_error_log', 'summary', 'count') ??
      countAt(json, 'ata_smart_error_log', 'extended', 'count') ??
      countAt(log, 'num_err_log_entries'),
  }
}

type Temperature = 'temp_c' | 'temp_warn_c' | 'temp_limit_c'

/** Its own limits, where it tells them: NVMe and SAS do. Nothing at or below 0 is a disk's temperature: it means that there is no sensor. */
function temperaturesOf(json: unknown): Readonly<Record<Temperature, number | undefined>> {
  const degrees = (...names: string[]) => {
    const value = numberAt(json, ...names)
    return value !== undefined && value > 0 && value < 200 ? value : undefined
  }
  return {
    temp_c: degrees('temperature', 'current'),
    temp_warn_c: degrees('nvme_composite_temperature_threshold', 'warning'),
    temp_limit_c:
      degrees('nvme_composite_temperature_threshold', 'critical') ??
      degrees('temperature', 'drive_trip') ??
      degrees('temperature', 'op_limit_max'),
  }
}

/** Errors that a SAS disk could not correct, in reading, writing and verifying. */
function scsiErrorsOf(json: unknown): number | undefined {
  const log = at(json, 'scsi_error_counter_log')
  return sumOfKnown(
    ...['read', 'write', 'verify'].map((kind) => countAt(log, kind, 'total_uncorrected_errors')),
  )
}

/** Attributes of SSDs whose normalised value is the life that is left, in percent. */
const LIFE_LEFT =
  /^(Media_Wearout_Indicator|Wear_Leveling_Count|Percent_Lifetime_Remain|SSD_Life_Left|Remaining_Lifetime_Perc|Remaining_Life_Left|Drive_Life_Remaining%?|Life_Remaining|Lifetime_Remaining%?)$/i

/** How much of an SSD's life is used: what it says itself (NVMe, SAS, newer ATA), else the attribute that its maker has for it. */
function wearOf(json: unknown, attributes: readonly SmartAttribute[]): number | undefined {
  const told =
    countAt(json, 'nvme_smart_health_information_log', 'percentage_used') ??
    countAt(json, 'endurance_used', 'current_percent') ??
    countAt(json, 'scsi_percentage_used_endurance_indicator')
  if (told !== undefined) return percentOf(told)
  const left = attributes.find(({ name }) => LIFE_LEFT.test(name))?.value
  return left === undefined || left > 100 ? undefined : 100 - left
}

/** An SSD may say 255 %. */
function percentOf(value: number | undefined): number | undefined {
  return value === undefined ? undefined : Math.min(100, value)
}
