import { at, listAt, parseProgramJson, textAt } from './json-value.ts'

/** One volume group of LVM. */
export interface VolumeGroup {
  readonly name: string
  readonly sizeBytes: number | undefined
  readonly freeBytes: number | undefined
  readonly missingVolumes: number | undefined
}

const MOST_GROUPS = 1_000

/** @throws ProbeError UNPARSABLE */
export function parseVolumeGroups(text: string): VolumeGroup[] {
  return listAt(parseProgramJson(text, 'vgs'), 'report')
    .flatMap((report) => listAt(report, 'vg'))
    .slice(0, MOST_GROUPS)
    .flatMap((row) => {
      const name = textAt(row, 'vg_name')
      if (name === undefined) return []
      return [
        {
          name,
          sizeBytes: wholeOf(at(row, 'vg_size')),
          freeBytes: wholeOf(at(row, 'vg_free')),
          missingVolumes: wholeOf(at(row, 'vg_missing_pv_count')),
        },
      ]
    })
}

/** Numbers come as texts, and of some versions with decimals that are zero. */
function wholeOf(value: unknown): number | undefined {
  const text = typeof value === 'number' ? String(value) : value
  if (typeof text !== 'string' || !/^\d{1,18}(\.0+)?$/.test(text)) return undefined
  const number = Number(text)
  return Number.isSafeInteger(number) ? number : undefined
}
