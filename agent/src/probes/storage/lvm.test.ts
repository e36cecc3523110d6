import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { NoDataError, ProbeError } from '../../probe.ts'
import { parseVolumeGroups } from '../../sources/storage/parse-volume-groups.ts'
import { describeProbe } from '../../testing/describe-probe.ts'
import { sampleOnce } from '../../testing/sample-once.ts'
import { StorageBench } from '../../testing/storage-bench.ts'
import lvm from './lvm.ts'

const REPORT = JSON.stringify({
  report: [
    {
      vg: [
        {
          vg_name: 'rootvg',
          vg_size: '107369988096',
          vg_free: '4294967296.00',
          vg_missing_pv_count: '0',
        },
        { vg_name: 'datavg', vg_size: '1073741824', vg_free: 'x', vg_missing_pv_count: '1' },
      ],
    },
  ],
})

async function openBench(): Promise<StorageBench> {
  const bench = await StorageBench.open()
  await bench.write({ '/sys/block/dm-0/dm/uuid': 'LVM-abcdef\n' })
  return bench
}

describeProbe(lvm, {
  async open() {
    const bench = await openBench()
    await bench.install('vgs', `echo '${REPORT}'`)
    return bench
  },
})

test('gives groups; what is no number is missing', async () => {
  await using bench = await openBench()
  await bench.install('vgs', `echo '${REPORT}'; echo 'a warning' >&2; exit 5`)
  const { samples } = await sampleOnce(lvm, bench.session)
  expect(samples.map(({ tags, fields }) => ({ ...tags, ...fields }))).toEqual([
    { vg: 'rootvg', size_bytes: 107_369_988_096, free_bytes: 4_294_967_296, missing_pvs: 0 },
    { vg: 'datavg', size_bytes: 1_073_741_824, free_bytes: undefined, missing_pvs: 1 },
  ])
})

test('starts nothing without a logical volume, says what failed with one', async () => {
  await using empty = await StorageBench.open()
  await expect(sampleOnce(lvm, empty.session)).rejects.toThrow(NoDataError)
  expect(empty.calls).toEqual([])
  await using bench = await openBench()
  await expect(sampleOnce(lvm, bench.session)).rejects.toThrow('not installed')
  await bench.install('vgs', 'echo "WARNING: Running as a non-root user." >&2; exit 5')
  await expect(sampleOnce(lvm, bench.session)).rejects.toThrow('non-root')
  await bench.install('vgs', 'echo nonsense')
  await expect(sampleOnce(lvm, bench.session)).rejects.toMatchObject({ code: 'UNPARSABLE' })
})

test('whatever vgs prints, it gives whole numbers or refuses', () => {
  const row = fc.dictionary(
    fc.constantFrom('vg_name', 'vg_size', 'vg_free'),
    fc.oneof(fc.string(), fc.nat(), fc.jsonValue()),
  )
  const report = row.map((vg) => JSON.stringify({ report: [{ vg: [vg] }] }))
  fc.assert(
    fc.property(fc.oneof(report, fc.string()), (text) => {
      try {
        for (const { name, sizeBytes = 0, freeBytes = 0 } of parseVolumeGroups(text)) {
          expect(name).not.toMatch(/\p{Cc}/u)
          expect(Number.isSafeInteger(sizeBytes + freeBytes)).toBe(true)
        }
      } catch (error) {
        if (!(error instanceof ProbeError)) throw error
      }
    }),
  )
})
