import { disk } from '../../measurements/disk.ts'
import { defineProbe } from '../../probe.ts'
import { expectHost, noHostResources } from '../../sources/snmp/host/expect-host.ts'
import { readFileSystems } from '../../sources/snmp/host/file-systems.ts'
import { readStorage } from '../../sources/snmp/host/storage-table.ts'
import { snmp } from '../../sources/snmp.ts'

/**
 * File systems of a host without an agent. Source: hrStorageTable and hrFSTable of HOST-RESOURCES-MIB, and dskTable of UCD-SNMP-MIB, by which free
 * space is what df(1) says. Needs: these MIBs in the view. Names: Telegraf's disk.
 */
export default defineProbe({
  name: 'snmp.disk',
  source: snmp,
  platforms: ['linux', 'darwin', 'win32'],
  everySeconds: 60,
  deadlineMs: 50_000,
  cost: 'cheap',
  reads: 'HOST-RESOURCES-MIB hrStorageTable, hrFSTable; UCD-SNMP-MIB dskTable',
  needs: 'none',
  help: {
    zh: '未装代理主机的文件系统（SNMP；不含网络文件系统和光盘）',
    en: 'File systems of a host without an agent (SNMP; without network file systems and CD-ROMs)',
  },
  measurements: { disk },
  async sample({ session, emit, signal }) {
    await expectHost(session, signal)
    const storage = await readStorage(session, signal)
    if (storage.length === 0) throw noHostResources('hrStorageTable')
    for (const { fields, ...tags } of await readFileSystems(session, storage, signal))
      emit('disk', tags, fields)
  },
})
