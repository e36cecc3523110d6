import { counter, gauge, state } from '../../field.ts'
import { defineProbe, NoDataError } from '../../probe.ts'
import { host } from '../../sources/host.ts'
import { parseBonding } from './parse-bonding.ts'

const LINK_STATES = { 0: { zh: '断开', en: 'down' }, 1: { zh: '正常', en: 'up' } }
const DIRECTORY = '/proc/net/bonding'

/**
 * Bonded network interfaces. Source: /proc/net/bonding. Needs: nothing. Names: Telegraf's bond.
 * Which member is active is a text, hence in the inventory (document `network`) and no field.
 */
export default defineProbe({
  name: 'host.bond',
  source: host,
  platforms: ['linux'],
  everySeconds: 10,
  cost: 'cheap',
  reads: '/proc/net/bonding',
  needs: 'none',
  help: { zh: '绑定网卡（bond）及其成员', en: 'Bonded network interfaces and their members' },
  measurements: {
    bond: {
      identifyingTags: ['bond'],
      fields: { status: state('绑定网卡链路状态', 'Link of the bond', LINK_STATES) },
    },
    bond_slave: {
      identifyingTags: ['bond', 'interface'],
      fields: {
        status: state('成员网卡链路状态', 'Link of the member', LINK_STATES),
        failures: counter(
          'count',
          '成员链路断开次数',
          'Times that the link of the member was lost',
        ),
        count: gauge(
          'count',
          '绑定网卡的成员数（此序列没有 interface 标签）',
          'Members of the bond (this series has no tag interface)',
        ),
      },
    },
  },
  sample({ session, emit }) {
    const names = session.files.listIfThere(DIRECTORY) ?? []
    if (names.length === 0)
      throw new NoDataError({
        zh: `没有 ${DIRECTORY}，或其中没有 bond`,
        en: `${DIRECTORY} is not there, or lists no bond`,
      })
    for (const name of names) {
      const text = session.files.readOnceIfThere(`${DIRECTORY}/${name}`)?.toString('latin1')
      if (text === undefined) continue
      const bond = parseBonding(text)
      emit('bond', { bond: name }, { status: Number(bond.up) })
      for (const member of bond.members) {
        emit(
          'bond_slave',
          { bond: name, interface: member.name },
          { status: Number(member.up), failures: member.failures },
        )
      }
      emit('bond_slave', { bond: name, interface: '' }, { count: bond.members.length })
    }
  },
})
