import { counter } from '../../field.ts'
import { defineProbe } from '../../probe.ts'
import { tomcat } from '../../sources/tomcat.ts'
import { numberIn } from '../../sources/tomcat/bean.ts'
import { beanQuery } from '../../sources/tomcat/tomcat-statements.ts'

const COLLECTORS = beanQuery('tomcat.gc', 'java.lang:type=GarbageCollector,name=*')
const WANTED = ['CollectionCount', 'CollectionTime']

/** Garbage collections. Source: MBeans java.lang:type=GarbageCollector. Needs: role manager-jmx and `jmx: true`. */
export default defineProbe({
  name: 'tomcat.gc',
  source: tomcat,
  platforms: ['linux', 'darwin', 'win32'],
  everySeconds: 15,
  cost: 'cheap',
  reads: 'java.lang:type=GarbageCollector,name=*',
  needs: {
    zh: '角色 manager-jmx，并设置 jmx: true',
    en: 'role manager-jmx, and jmx: true',
  },
  help: { zh: '垃圾回收的次数与耗时', en: 'Garbage collections and the time they took' },
  statements: [COLLECTORS],
  measurements: {
    tomcat_gc: {
      identifyingTags: ['instance', 'name'],
      fields: {
        count_total: counter('count', '累计回收次数', 'Collections'),
        time_ms_total: counter('milliseconds', '累计回收耗时', 'Time that they took'),
      },
    },
  },
  async sample({ session, emit, signal }) {
    for (const bean of await session.beans(COLLECTORS, WANTED, signal)) {
      const tags = { instance: session.instance, name: bean.properties.get('name') ?? '' }
      emit('tomcat_gc', tags, {
        count_total: numberIn(bean, 'CollectionCount'),
        time_ms_total: numberIn(bean, 'CollectionTime'),
      })
    }
  },
})
