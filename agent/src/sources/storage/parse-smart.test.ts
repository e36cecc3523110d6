import * as fc from 'fast-check'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { ProbeError } from '../../probe.ts'
import { parseSmart } from './parse-smart.ts'

const RECORDINGS = join(import.meta.dirname, '../../../../../shared/device-data/smart')

const ATA = {
  smartctl: { exit_status: 64 },
  device: { name: '/dev/sda', type: 'sat', protocol: 'ATA' },
  model_name: 'EXAMPLE SSD 480',
  serial_number: 'S1',
  wwn: { naa: 5, oui: 9528, id: 1234 },
  smart_status: { passed: true },
  temperature: { current: 31 },
  power_on_time: { hours: 7000 },
  power_cycle_count: 12,
  ata_smart_attributes: {
    table: [
      row(5, 'Reallocated_Sector_Ct', 100, 2),
      row(177, 'Wear_Leveling_Count', 93, 130),
      row(197, 'Current_Pending_Sector', 100, 8),
      row(198, 'Offline_Uncorrectable', 100, 1),
      { ...row(199, 'UDMA_CRC_Error_Count', 1, 131), when_failed: 'now' },
    ],
  },
  ata_smart_error_log: { summary: { revision: 1, count: 3 } },
}

function row(id: number, name: string, value: number, raw: number) {
  return { id, name, value, worst: value, thresh: 10, when_failed: '', raw: { value: raw } }
}

describe('a disk', () => {
  test('ATA: attributes, sectors, life and log', () => {
    const report = parseSmart(JSON.stringify(ATA), 64)
    expect(report).toMatchObject({
      exitStatus: 64,
      isAsleep: false,
      problem: undefined,
      model: 'EXAMPLE SSD 480',
      serial: 'S1',
      wwn: '50025380000004d2',
      kind: 'ata',
    })
    expect(report.values).toMatchObject({
      health_ok: 1,
      temp_c: 31,
      reallocated_sectors_count: 2,
      pending_sector_count: 8,
      uncorrectable_sector_count: 1,
      udma_crc_errors: 131,
      bad_sectors: 9,
      percentage_used: 7,
      failing_attributes: 1,
      error_log_entries: 3,
    })
    expect(report.attributes).toHaveLength(5)
    expect(report.attributes[4]).toMatchObject({ id: 199, fail: 'now', raw: 131, threshold: 10 })
  })

  test('ATA: the wear indicator of Intel', () => {
    const table = [row(233, 'Media_Wearout_Indicator', 88, 0)]
    const { values } = parseSmart(JSON.stringify({ ...ATA, ata_smart_attributes: { table } }), 0)
    expect(values).toMatchObject({ media_wearout_indicator: 88, percentage_used: 12 })
  })

  test('SAS: grown defects, errors that were not corrected, its own limit', () => {
    const { values, kind } = parseSmart(
      JSON.stringify({
        smartctl: { exit_status: 0 },
        device: { protocol: 'SCSI' },
        smart_status: { passed: false },
        temperature: { current: 34, drive_trip: 65 },
        scsi_grown_defect_list: 12,
        scsi_error_counter_log: {
          read: { total_uncorrected_errors: 1 },
          write: { total_uncorrected_errors: 2 },
        },
        scsi_percentage_used_endurance_indicator: 41,
      }),
      0,
    )
    expect(kind).toBe('scsi')
    expect(values).toMatchObject({
      health_ok: 0,
      temp_limit_c: 65,
      bad_sectors: 12,
      uncorrectable_errors: 3,
      percentage_used: 41,
    })
  })

  test('NVMe: life, spare, warnings, its own limits', () => {
    const { values } = parseSmart(
      JSON.stringify({
        smartctl: { exit_status: 8 },
        device: { protocol: 'NVMe' },
        smart_status: { passed: false },
        nvme_composite_temperature_threshold: { warning: 70, critical: 80 },
        nvme_smart_health_information_log: {
          critical_warning: 4,
          available_spare: 9,
          available_spare_threshold: 10,
          percentage_used: 255,
          media_errors: 7,
          num_err_log_entries: 9,
        },
      }),
      8,
    )
    expect(values).toMatchObject({
      temp_warn_c: 70,
      temp_limit_c: 80,
      percentage_used: 100,
      available_spare: 9,
      critical_warning: 4,
      media_errors: 7,
      bad_sectors: 7,
      error_log_entries: 9,
    })
  })

  test('that sleeps is told from one that could not be opened', () => {
    const message = { string: 'Device is in STANDBY mode, exit(3)', severity: 'information' }
    const asleep = { smartctl: { exit_status: 3, messages: [message] } }
    expect(parseSmart(JSON.stringify(asleep), 3)).toMatchObject({
      isAsleep: true,
      problem: undefined,
    })
    const closed = { smartctl: { exit_status: 2, messages: [{ string: 'No such\ndevice' }] } }
    expect(parseSmart(JSON.stringify(closed), 2)).toMatchObject({
      isAsleep: false,
      problem: 'No such device',
    })
  })

  test('without a sensor has no temperature', () => {
    for (const current of [0, -1, 255, '31', null])
      expect(parseSmart(JSON.stringify({ temperature: { current } }), 0).values.temp_c).toBe(
        undefined,
      )
  })
})

test.each(['', 'smartctl 6.2 2017-02-27', '{"smartctl"', '\u0000'])('refuses %j', (text) => {
  expect(() => parseSmart(text, 0)).toThrow(ProbeError)
})

test('whatever JSON comes, it gives finite numbers and printable names, or refuses', () => {
  const names = fc.constantFrom(...Object.keys(ATA), 'nvme_smart_health_information_log', 'x')
  const shuffled = fc.dictionary(
    names,
    fc.oneof(fc.jsonValue(), fc.constantFrom(...Object.values(ATA))),
  )
  fc.assert(
    fc.property(fc.oneof(shuffled, fc.jsonValue()), fc.nat(255), (json, exitCode) => {
      const report = parseSmart(JSON.stringify(json), exitCode)
      for (const value of Object.values(report.values))
        expect(value === undefined || Number.isFinite(value)).toBe(true)
      for (const text of [report.model, report.serial ?? '', report.wwn])
        expect(text).not.toMatch(/\p{Cc}/u)
    }),
  )
})

interface Expected {
  readonly model: string
  readonly protocol: string
  readonly passed: boolean
  readonly exit_status: number
  readonly temperature: number
  readonly power_on_hours?: number
  readonly nvme_percentage_used?: number
  readonly nvme_critical_warning?: number
  readonly nvme_available_spare?: number
  readonly nvme_media_errors?: number
  readonly scsi_grown_defects?: number
  readonly scsi_uncorrected?: Readonly<Record<string, number>>
  readonly a5_reallocated?: number
  readonly a197_pending?: number
  readonly a198_uncorrectable?: number
  readonly a199_crc?: number
}

describe('disks that others recorded', () => {
  const expectations = existsSync(RECORDINGS)
    ? (JSON.parse(readFileSync(join(RECORDINGS, 'expected.json'), 'utf8')) as Record<
        string,
        Expected
      >)
    : {}

  test('are read as their plain decode says', ({ skip }) => {
    skip(!existsSync(RECORDINGS), 'not on this machine: the recordings in ../shared')
    expect(Object.keys(expectations)).toHaveLength(93)
    for (const [file, expected] of Object.entries(expectations)) {
      const text = readFileSync(join(RECORDINGS, file.replace(/^dev\//, '')), 'utf8')
      const { values, model, kind, exitStatus, problem } = parseSmart(text, 0)
      expect({ file, model, kind, exitStatus, problem }).toEqual({
        file,
        model: expected.model.replaceAll(/\s+/g, ' '),
        kind: expected.protocol.toLowerCase(),
        exitStatus: expected.exit_status,
        problem: undefined,
      })
      const uncorrected = Object.values(expected.scsi_uncorrected ?? {})
      expect({ file, ...values }).toMatchObject({
        file,
        health_ok: Number(expected.passed),
        temp_c: expected.temperature,
        power_on_hours: expected.power_on_hours,
        critical_warning: expected.nvme_critical_warning,
        available_spare: expected.nvme_available_spare,
        media_errors: expected.nvme_media_errors,
        reallocated_sectors_count: expected.a5_reallocated ?? expected.scsi_grown_defects,
        pending_sector_count: expected.a197_pending,
        uncorrectable_sector_count: expected.a198_uncorrectable,
        udma_crc_errors: expected.a199_crc,
        ...(expected.nvme_percentage_used === undefined
          ? {}
          : { percentage_used: expected.nvme_percentage_used }),
        ...(uncorrected.length === 0
          ? {}
          : { uncorrectable_errors: uncorrected.reduce((sum, value) => sum + value, 0) }),
      })
    }
  })
})
