import { mem } from '../../measurements/mem.ts'
import { swap } from '../../measurements/swap.ts'
import { defineProbe } from '../../probe.ts'
import { expectHost, noHostResources } from '../../sources/snmp/host/expect-host.ts'
import {
  readUcdMemory,
  toMemFields,
  toMemFieldsOfStorage,
  toSwapFields,
  toSwapFieldsOfStorage,
} from '../../sources/snmp/host/memory.ts'
import { readStorage } from '../../sources/snmp/host/storage-table.ts'
import { snmp } from '../../sources/snmp.ts'

/**
 * Memory and paging space of a host without an agent. Source: UCD-SNMP-MIB (net-snmp), else hrStorageTable of HOST-RESOURCES-MIB (Windows, AIX).
 * Needs: both MIBs in the view. Names: Telegraf's mem and swap.
 */
export default defineProbe({
  name: 'snmp.mem',
  source: snmp,
  platforms: ['linux', 'darwin', 'win32'],
  everySeconds: 60,
  deadlineMs: 50_000,
  cost: 'cheap',
  reads: 'UCD-SNMP-MIB memory, HOST-RESOURCES-MIB hrStorageTable',
  needs: 'none',
  help: {
    zh: '未装代理主机的内存与交换空间（SNMP）',
    en: 'Memory and swap space of a host without an agent (SNMP)',
  },
  measurements: { mem, swap },
  async sample({ session, emit, signal }) {
    await expectHost(session, signal)
    const reading = await readUcdMemory(session, signal)
    if (reading !== undefined) {
      emit('mem', {}, toMemFields(reading))
      emit('swap', {}, toSwapFields(reading) ?? {})
      return
    }
    const storage = await readStorage(session, signal)
    const fields = toMemFieldsOfStorage(storage)
    if (fields === undefined) throw noHostResources('hrStorageRam')
    emit('mem', {}, fields)
    emit('swap', {}, toSwapFieldsOfStorage(storage) ?? {})
  },
})
