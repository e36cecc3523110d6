import { defineProbe, remembers } from '../../probe.ts'
import type { HostFiles } from '../../sources/host-files.ts'
import { host } from '../../sources/host.ts'
import type { JsonObject } from '../../sources/inventory-documents.ts'
import { parseBonding } from './parse-bonding.ts'

const SEND_AGAIN_MS = 86_400_000
/** The rounds are six hours apart, give or take: the fourth one is the day's. */
const SLACK_MS = 600_000
const BONDS = '/proc/net/bonding'

/** A document as it was sent last. */
interface Sent {
  readonly text: string
  readonly atMs: number
}

/**
 * What this machine is: documents `hardware`, `os`, `disks` and `network`, sent when they change and once a
 * day. Source: systeminformation and /proc/net, in a child process of half a second. Needs: nothing;
 * serial numbers and memory modules only as root. Cost: some 300 ms of CPU, children included.
 */
export default defineProbe({
  name: 'host.inventory',
  source: host,
  platforms: ['linux', 'darwin', 'win32'],
  everySeconds: 21_600,
  deadlineMs: 60_000,
  cost: 'slow',
  reads: 'systeminformation: DMI, lsblk, ip, os-release; /proc/net/route; /proc/net/bonding',
  needs: 'none',
  help: {
    zh: '资产清单：硬件、操作系统、磁盘、网卡、路由与 IP',
    en: 'Inventory: hardware, operating system, disks, network interfaces, routes and addresses',
  },
  measurements: {},
  remembers: remembers<ReadonlyMap<string, Sent>>(),
  async sample({ session, emitDocument, memory, monotonicMs, signal }) {
    const { network, ...documents } = await session.readInventory(signal)
    const bodies = Object.entries({ ...documents, network: withBonds(network, session.files) })
    return new Map(
      bodies.map(([name, body]) => {
        const text = JSON.stringify(body)
        const last = memory?.get(name)
        const isDue = !last || monotonicMs - last.atMs >= SEND_AGAIN_MS - SLACK_MS
        if (last?.text === text && !isDue) return [name, last]
        emitDocument(name, 'history', body)
        return [name, { text, atMs: monotonicMs }]
      }),
    )
  },
})

/** Adds the bonds: mode and active member are texts, so that they stand here and in no series. */
function withBonds(network: JsonObject, files: HostFiles): JsonObject {
  const bonds = (files.listIfThere(BONDS) ?? []).flatMap((name) => {
    const text = files.readOnceIfThere(`${BONDS}/${name}`)?.toString('latin1')
    if (text === undefined) return []
    const { mode, activeMember = null, members } = parseBonding(text)
    return [{ name, mode, activeMember, members: members.map((member) => member.name) }]
  })
  return bonds.length === 0 ? network : { ...network, bonds }
}
