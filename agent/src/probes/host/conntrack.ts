import { gauge } from '../../field.ts'
import { defineProbe, NoDataError } from '../../probe.ts'
import { host } from '../../sources/host.ts'
import { parseNumbers } from './parse-numbers.ts'

const COUNT = '/proc/sys/net/netfilter/nf_conntrack_count'
const MAX = '/proc/sys/net/netfilter/nf_conntrack_max'

/** Connections that the firewall tracks. Source: /proc/sys/net/netfilter. Needs: nothing. Names: Telegraf's conntrack. */
export default defineProbe({
  name: 'host.conntrack',
  source: host,
  platforms: ['linux'],
  everySeconds: 10,
  cost: 'cheap',
  reads: `${COUNT}, ${MAX}`,
  needs: 'none',
  help: {
    zh: '防火墙的连接跟踪表；未加载该内核模块时没有数据',
    en: 'Connection tracking table of the firewall; no data where that module is not loaded',
  },
  measurements: {
    conntrack: {
      identifyingTags: [],
      fields: {
        ip_conntrack_count: gauge('count', '正在跟踪的连接数', 'Connections tracked'),
        ip_conntrack_max: gauge('count', '连接跟踪上限', 'Most connections that can be tracked'),
      },
    },
  },
  sample({ session, emit }) {
    const { files } = session
    const bytes = files.readIfThere(COUNT)
    if (bytes === undefined)
      throw new NoDataError({
        zh: `没有 ${COUNT}：未加载 nf_conntrack`,
        en: `${COUNT} is not there: nf_conntrack is not loaded`,
      })
    const [count] = parseNumbers(bytes, COUNT)
    const [max] = parseNumbers(files.read(MAX), MAX)
    emit('conntrack', {}, { ip_conntrack_count: count, ip_conntrack_max: max })
  },
})
