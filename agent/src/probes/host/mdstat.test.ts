import { describe, expect, test } from 'vitest'

import { NoDataError } from '../../probe.ts'
import { openHost } from '../../sources/host.ts'
import { ProcTree } from '../../testing/proc-tree.ts'
import { sampleOnce } from '../../testing/sample-once.ts'
import mdstat from './mdstat.ts'

const REBUILDING = `Personalities : [raid1]
md6 : active raid1 sdb2[2](F) sdc[1](S) sda2[0]
      195310144 blocks super 1.2 [2/1] [U_]
      [=>...................]  recovery =  8.5% (16775552/195310144) finish=17.0min speed=259783K/sec

unused devices: <none>
`

async function sampleMdstat(text: string | undefined) {
  await using tree = await ProcTree.create()
  if (text !== undefined) await tree.write('/proc/mdstat', text)
  await using host = await openHost({ root: tree.root })
  return await sampleOnce(mdstat, host.session)
}

describe('host.mdstat', () => {
  test("gives an array under Telegraf's names", async () => {
    const { samples } = await sampleMdstat(REBUILDING)
    expect(samples).toEqual([
      {
        measurement: 'mdstat',
        tags: { Name: 'md6', ActivityState: 'recovering' },
        fields: {
          DisksTotal: 2,
          DisksActive: 1,
          DisksFailed: 1,
          DisksSpare: 1,
          DisksDown: 1,
          BlocksSyncedPct: 8.5,
        },
      },
    ])
  })

  test.each([
    { note: 'md is not loaded', text: undefined },
    { note: 'there is no array', text: 'Personalities : \nunused devices: <none>\n' },
  ])('has no data where $note', async ({ text }) => {
    await expect(sampleMdstat(text)).rejects.toBeInstanceOf(NoDataError)
  })
})
