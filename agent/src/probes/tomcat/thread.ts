import { gauge } from '../../field.ts'
import { defineProbe, NoDataError } from '../../probe.ts'
import { tomcat } from '../../sources/tomcat.ts'
import { numberIn } from '../../sources/tomcat/bean.ts'
import { beanQuery } from '../../sources/tomcat/tomcat-statements.ts'

const THREADING = beanQuery('tomcat.thread', 'java.lang:type=Threading')

/**
 * Threads of the JVM. Source: MBean java.lang:type=Threading. Needs: role manager-jmx and `jmx: true`. Deadlocked threads are told by an
 * operation alone, which would have to be invoked: that is never sent.
 */
export default defineProbe({
  name: 'tomcat.thread',
  source: tomcat,
  platforms: ['linux', 'darwin', 'win32'],
  everySeconds: 15,
  cost: 'cheap',
  reads: 'java.lang:type=Threading',
  needs: {
    zh: '角色 manager-jmx，并设置 jmx: true',
    en: 'role manager-jmx, and jmx: true',
  },
  help: { zh: 'JVM 线程数', en: 'Threads of the JVM' },
  statements: [THREADING],
  measurements: {
    tomcat_thread: {
      identifyingTags: ['instance'],
      fields: {
        count: gauge('count', '线程数', 'Threads'),
        peak: gauge('count', '启动以来线程数的最高值', 'Most threads at one time since the start'),
      },
    },
  },
  async sample({ session, emit, signal }) {
    const [bean] = await session.beans(THREADING, ['ThreadCount', 'PeakThreadCount'], signal)
    if (bean === undefined)
      throw new NoDataError({
        zh: '该 JVM 没有 Threading MBean',
        en: 'this JVM has no MBean Threading',
      })
    emit(
      'tomcat_thread',
      { instance: session.instance },
      {
        count: numberIn(bean, 'ThreadCount'),
        peak: numberIn(bean, 'PeakThreadCount'),
      },
    )
  },
})
