import { net } from '../../measurements/net.ts'
import { defineProbe } from '../../probe.ts'
import { isBrocade } from '../../sources/snmp/brocade/require-brocade.ts'
import { noHostResources } from '../../sources/snmp/host/expect-host.ts'
import { readInterfaces } from '../../sources/snmp/host/interfaces.ts'
import { isMds } from '../../sources/snmp/mds/require-mds.ts'
import { isBelow } from '../../sources/snmp/oid.ts'
import { snmp } from '../../sources/snmp.ts'

const MICROSOFT = '1.3.6.1.4.1.311'

/** Interfaces of a host, switch or array; FC ports of a Brocade or MDS are in fc_port. Source: IF-MIB, 64-bit counters where there are any. Needs: IF-MIB in the view. Names: Telegraf's net. */
export default defineProbe({
  name: 'snmp.net',
  source: snmp,
  platforms: ['linux', 'darwin', 'win32'],
  everySeconds: 60,
  deadlineMs: 50_000,
  cost: 'moderate',
  reads: 'IF-MIB ifTable, ifXTable',
  needs: 'none',
  help: {
    zh: 'SNMP 设备的网络接口（任何状态，不含回环；Windows 只含有物理接口的网卡；光纤交换机不含光纤端口）',
    en: 'Interfaces of a device polled by SNMP (in any state, without loopback; of Windows those with a connector; of FC switches without their FC ports)',
  },
  measurements: { net },
  async sample({ session, emit, signal }) {
    const device = await session.device(signal)
    const isWindows = isBelow(MICROSOFT, device.objectId)
    const isFcSwitch = isBrocade(device) || isMds(device)
    const interfaces = await readInterfaces(session, { isWindows, isFcSwitch }, signal)
    if (interfaces.length === 0) throw noHostResources('ifTable')
    for (const { name, fields } of interfaces) emit('net', { interface: name }, fields)
  },
})
