import { gauge, percent } from '../../field.ts'
import { defineProbe, NoDataError } from '../../probe.ts'
import { percentOf } from '../../row.ts'
import { tomcat } from '../../sources/tomcat.ts'
import { numberIn, type Bean } from '../../sources/tomcat/bean.ts'
import { beanQuery } from '../../sources/tomcat/tomcat-statements.ts'

const SHARED = beanQuery('tomcat.datasource.shared', '*:type=DataSource,class=*,name=*')
const SHARED_POOLS = beanQuery(
  'tomcat.datasource.shared-pool',
  '*:type=DataSource,class=*,name=*,connectionpool=connections',
)
const OWN = beanQuery(
  'tomcat.datasource.application',
  '*:type=DataSource,host=*,context=*,class=*,name=*',
)
const OWN_POOLS = beanQuery(
  'tomcat.datasource.application-pool',
  '*:type=DataSource,host=*,context=*,class=*,name=*,connectionpool=connections',
)

/**
 * Connection pools: DBCP and Tomcat JDBC, shared ones (GlobalNamingResources) and the applications' own. Source: MBeans DataSource and
 * their pools. Needs: role manager-jmx and `jmx: true`. The answers hold URL, user and, in old releases, the password of the pool: all
 * but the four numbers is passed over where it is parsed.
 */
export default defineProbe({
  name: 'tomcat.datasource',
  source: tomcat,
  platforms: ['linux', 'darwin', 'win32'],
  everySeconds: 15,
  cost: 'cheap',
  reads: {
    zh: 'Catalina:type=DataSource,class=*,name=*，以及带 host=*,context=* 和 connectionpool=connections 的',
    en: 'Catalina:type=DataSource,class=*,name=*, also with host=*,context=* and connectionpool=connections',
  },
  needs: {
    zh: '角色 manager-jmx，并设置 jmx: true',
    en: 'role manager-jmx, and jmx: true',
  },
  help: { zh: '数据源连接池', en: 'Connection pools' },
  statements: [SHARED, SHARED_POOLS, OWN, OWN_POOLS],
  measurements: {
    tomcat_datasource: {
      identifyingTags: ['instance', 'name', 'virtual_host', 'path'],
      fields: {
        active: gauge('count', '使用中的连接', 'Connections in use'),
        idle: gauge('count', '空闲连接', 'Idle connections'),
        max: gauge('count', '最大连接数；不限时缺失', 'Most connections; missing where unlimited'),
        wait: gauge('count', '等待连接的线程数', 'Threads that wait for a connection'),
        used_percent: percent('使用中占最大连接数的百分比', 'Used part of the most connections'),
      },
    },
  },
  async sample({ session, emit, signal }) {
    const beans = await readAll(session, [SHARED, OWN], signal)
    if (beans.length === 0)
      throw new NoDataError({ zh: '没有配置数据源', en: 'no datasource is set up' })
    const pools = await readAll(session, [SHARED_POOLS, OWN_POOLS], signal)
    const waiting = new Map(
      pools.map((pool) => [toKey(pool), numberIn(pool, 'NumWaiters', 'numWaiters')]),
    )
    for (const bean of beans) {
      const active = numberIn(bean, ...ACTIVE)
      const max = limitIn(bean)
      emit('tomcat_datasource', toTags(session.instance, bean), {
        active,
        idle: numberIn(bean, ...IDLE),
        max,
        wait: numberIn(bean, ...WAIT) ?? waiting.get(toKey(bean)),
        used_percent: percentOf(active, max),
      })
    }
  },
})

/** DBCP's names first, then Tomcat JDBC's. */
const ACTIVE = ['numActive', 'NumActive', 'active', 'Active']
const IDLE = ['numIdle', 'NumIdle', 'idle', 'Idle']
const MAX = ['maxTotal', 'MaxTotal', 'maxActive', 'MaxActive']
const WAIT = ['waitCount', 'WaitCount']
const WANTED = [...ACTIVE, ...IDLE, ...MAX, ...WAIT, 'NumWaiters', 'numWaiters']

async function readAll(
  session: {
    beans: (
      statement: typeof SHARED,
      wanted: readonly string[],
      signal: AbortSignal,
    ) => Promise<readonly Bean[]>
  },
  statements: readonly (typeof SHARED)[],
  signal: AbortSignal,
): Promise<readonly Bean[]> {
  const found: Bean[] = []
  for (const statement of statements)
    found.push(...(await session.beans(statement, WANTED, signal)))
  return found
}

/** 0 and less: no limit. */
function limitIn(bean: Bean): number | undefined {
  const max = numberIn(bean, ...MAX)
  return max === 0 ? undefined : max
}

function toTags(instance: string, { properties }: Bean) {
  return {
    instance,
    name: properties.get('name') ?? '',
    virtual_host: properties.get('host') ?? '',
    path: properties.get('context') ?? '',
  }
}

function toKey(bean: Bean): string {
  return JSON.stringify(toTags('', bean))
}
