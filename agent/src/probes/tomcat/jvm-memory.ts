import { gauge, percent } from '../../field.ts'
import { defineProbe } from '../../probe.ts'
import { percentOf } from '../../row.ts'
import { tomcat } from '../../sources/tomcat.ts'
import { usedIn } from '../../sources/tomcat/bean.ts'
import { beansIfPermitted } from '../../sources/tomcat/beans-if-permitted.ts'
import { beanQuery } from '../../sources/tomcat/tomcat-statements.ts'

const MEMORY = beanQuery('tomcat.jvm-memory.heap', 'java.lang:type=Memory')

/**
 * Memory of the JVM and its pools, under Telegraf's names. Source: the manager's status; for heap_used and nonheap_used the MBean
 * java.lang:type=Memory. Needs: role manager-status; those two manager-jmx and `jmx: true`. Since: Tomcat 7.
 */
export default defineProbe({
  name: 'tomcat.jvm-memory',
  source: tomcat,
  platforms: ['linux', 'darwin', 'win32'],
  everySeconds: 15,
  cost: 'cheap',
  reads: 'manager /status/all; java.lang:type=Memory',
  needs: {
    zh: '角色 manager-status；heap_used 和 nonheap_used 需要 manager-jmx',
    en: 'role manager-status; for heap_used and nonheap_used manager-jmx',
  },
  help: { zh: 'JVM 内存与各内存池', en: 'Memory of the JVM and its pools' },
  statements: [MEMORY],
  measurements: {
    tomcat_jvm_memory: {
      identifyingTags: ['instance'],
      descriptiveTags: ['source'],
      fields: {
        free: gauge('bytes', '堆中已申请但空闲的内存', 'Free memory of the heap as it is now'),
        total: gauge('bytes', '堆当前大小', 'Size of the heap as it is now'),
        max: gauge('bytes', '堆的上限（-Xmx）', 'Most that the heap may grow to (-Xmx)'),
        used_percent: percent('堆已用占上限的百分比', 'Used part of the heap’s limit'),
        heap_used: gauge('bytes', '堆已用', 'Used memory of the heap'),
        nonheap_used: gauge('bytes', '非堆已用', 'Used memory beside the heap'),
      },
    },
    tomcat_jvm_memorypool: {
      identifyingTags: ['instance', 'name', 'type'],
      descriptiveTags: ['source'],
      fields: {
        init: gauge('bytes', '初始大小', 'Size at the start'),
        committed: gauge('bytes', '已申请', 'Committed memory'),
        max: gauge('bytes', '上限；无上限时缺失', 'Limit; missing where there is none'),
        used: gauge('bytes', '已用', 'Used memory'),
        used_percent: percent(
          '已用占上限的百分比；无上限时缺失',
          'Used part of the limit; missing where there is none',
        ),
      },
    },
  },
  async sample({ session, emit, remark, timeMs, signal }) {
    const { instance, source } = session
    const { memory, pools } = await session.status(timeMs, signal)
    const { free, total, max } = memory
    const used = free === undefined || total === undefined ? undefined : total - free
    emit(
      'tomcat_jvm_memory',
      { instance, source },
      { free, total, max, used_percent: percentOf(used, max) },
    )
    for (const { name, type, ...sizes } of pools) {
      const used_percent = percentOf(sizes.used, sizes.max)
      emit('tomcat_jvm_memorypool', { instance, name, type, source }, { ...sizes, used_percent })
    }
    const wanted = ['HeapMemoryUsage', 'NonHeapMemoryUsage']
    const [bean] = await beansIfPermitted({ session, remark, signal }, MEMORY, wanted)
    if (bean === undefined) return
    const heap_used = usedIn(bean, 'HeapMemoryUsage')
    const nonheap_used = usedIn(bean, 'NonHeapMemoryUsage')
    emit('tomcat_jvm_memory', { instance, source }, { heap_used, nonheap_used })
  },
})
