import { expect, test } from 'vitest'
import { NoDataError } from '../../probe.ts'
import { describeProbe } from '../../testing/describe-probe.ts'
import { sampleOnce } from '../../testing/sample-once.ts'
import { StorageBench } from '../../testing/storage-bench.ts'
import raid from './raid.ts'

const CONTROLLERS = JSON.stringify({
  Controllers: [
    {
      'Command Status': { Controller: 0, Status: 'Success' },
      'Response Data': {
        Basics: { Controller: 0, Model: 'Example' },
        Status: { 'Controller Status': 'Optimal' },
        TOPOLOGY: [
          { DG: 0, Type: 'DRIVE', State: 'Onln', 'EID:Slot': '8:0' },
          { DG: 0, Type: 'DRIVE', State: 'Failed', 'EID:Slot': '8:1' },
        ],
        'VD LIST': [{ 'DG/VD': '0/0', TYPE: 'RAID1', State: 'Dgrd' }],
        'PD LIST': [
          { 'EID:Slt': '8:0', State: 'Onln' },
          { 'EID:Slt': '8:1', State: 'Failed' },
        ],
        BBU_Info: [{ State: 'Optimal' }],
      },
    },
  ],
})

async function openBench(driver = 'megaraid_sas'): Promise<StorageBench> {
  const bench = await StorageBench.open()
  await bench.write({ '/sys/class/scsi_host/host0/proc_name': `${driver}\n` })
  return bench
}

async function installStorcli(bench: StorageBench): Promise<void> {
  const failure = { Status: 'Failure', Description: 'No drive found' }
  await bench.install(
    'storcli64',
    `case $1 in */eall/*) echo '${JSON.stringify({ Controllers: [{ 'Command Status': failure }] })}' ;; *) echo '${CONTROLLERS}' ;; esac`,
  )
}

describeProbe(raid, {
  async open() {
    const bench = await openBench()
    await installStorcli(bench)
    return bench
  },
})

test('gives a row for the controller and one for each array, and the slots as a document', async () => {
  await using bench = await openBench()
  await installStorcli(bench)
  const { samples, documents } = await sampleOnce(raid, bench.session)
  const [controller, array, ...more] = samples
  expect(more).toEqual([])
  expect(controller).toMatchObject({
    tags: { controller: 'c0', array: 'all', type: 'controller', model: 'Example' },
    fields: { state: 0, disks_active: 1, disks_failed: 1, disks_unknown: 0, bbu_ok: 1 },
  })
  expect(controller?.fields['media_errors']).toBe(undefined)
  expect(array).toMatchObject({
    tags: { controller: 'c0', array: '0/0', type: 'RAID1' },
    fields: { state: 2, disks_active: 1, disks_failed: 1 },
  })
  expect(documents[0]).toMatchObject({
    name: 'raid',
    body: [{ disks: [{ slot: '8:0' }, { slot: '8:1', word: 'Failed' }] }],
  })
})

test('starts no tool where no such controller is', async () => {
  await using bench = await openBench('ahci')
  await installStorcli(bench)
  await expect(sampleOnce(raid, bench.session)).rejects.toThrow(NoDataError)
  expect(bench.calls).toEqual([])
})

test('says which tool to install; of the two for Microchip’s controllers one is enough', async () => {
  await using bench = await openBench('smartpqi')
  const { remarks, samples } = await sampleOnce(raid, bench.session)
  expect(samples).toEqual([])
  expect(remarks).toHaveLength(1)
  expect(remarks[0]?.en).toContain('install')
  await bench.install(
    'arcconf',
    `case $2 in 1) printf '   Controller Status   : Optimal\\n' ;; *) echo 'Invalid controller number' ;; esac`,
  )
  const later = await sampleOnce(raid, bench.session)
  expect(later.remarks).toEqual([])
  expect(later.samples).toEqual([
    {
      measurement: 'raid',
      tags: { controller: 'adaptec1', array: 'all', type: 'controller', model: '' },
      fields: { state: 0, bbu_ok: undefined, media_errors: undefined, predictive_failures: 0 },
    },
  ])
})

test.each([
  { note: 'floods', script: 'exec yes', code: 'FLOOD' },
  { note: 'prints an error and ends well', script: 'echo Killed', code: 'UNPARSABLE' },
])('a tool that $note fails the run', async ({ script, code }) => {
  await using bench = await openBench()
  await bench.install('storcli64', script)
  await expect(sampleOnce(raid, bench.session)).rejects.toMatchObject({ code })
})
