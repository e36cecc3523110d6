import { counter, gauge, state } from '../../field.ts'
import { defineProbe, NoDataError } from '../../probe.ts'
import { tomcat } from '../../sources/tomcat.ts'
import { numberIn, type Bean } from '../../sources/tomcat/bean.ts'
import { beanQuery } from '../../sources/tomcat/tomcat-statements.ts'
import type { Context } from '../../sources/tomcat/tomcat-status.ts'

const MANAGERS = beanQuery('tomcat.context', '*:type=Manager,host=*,context=*')

/**
 * Applications and their sessions. Source: the manager's status in JSON; of releases that have none, the MBeans Manager. Needs: role
 * manager-status; of releases without JSON manager-jmx and `jmx: true`.
 */
export default defineProbe({
  name: 'tomcat.context',
  source: tomcat,
  platforms: ['linux', 'darwin', 'win32'],
  everySeconds: 15,
  cost: 'cheap',
  reads: {
    zh: 'manager /status/all；没有 JSON 的版本为 Catalina:type=Manager,host=*,context=*',
    en: 'manager /status/all; of releases without JSON Catalina:type=Manager,host=*,context=*',
  },
  needs: {
    zh: '角色 manager-status；没有 JSON 的版本需要 manager-jmx',
    en: 'role manager-status; of releases without JSON manager-jmx',
  },
  help: { zh: '各应用的状态与会话数', en: 'Applications: their state and sessions' },
  statements: [MANAGERS],
  measurements: {
    tomcat_context: {
      identifyingTags: ['instance', 'virtual_host', 'path'],
      fields: {
        state: state('应用状态', 'State of the application', {
          0: { zh: '不可用', en: 'not available' },
          1: { zh: '可用', en: 'available' },
        }),
        sessions_active: gauge('count', '活动会话数', 'Sessions'),
        sessions_max: gauge(
          'count',
          '启动以来会话数的最高值',
          'Most sessions at one time since the start',
        ),
        sessions_created_total: counter('count', '累计创建的会话', 'Sessions created'),
        sessions_rejected_total: counter(
          'count',
          '因达到 maxActiveSessions 而被拒绝的会话',
          'Sessions refused because of maxActiveSessions',
        ),
        expired_total: counter('count', '累计过期的会话', 'Sessions that expired'),
      },
    },
  },
  async sample({ session, emit, timeMs, signal }) {
    const { contexts: told } = await session.status(timeMs, signal)
    if (told === undefined && !session.readsBeans)
      throw new NoDataError({
        zh: '该版本的状态页不列出应用，且未开启 jmx',
        en: 'this release tells no contexts in its status, and jmx is off',
      })
    const contexts = told ?? (await session.beans(MANAGERS, WANTED, signal)).map(toContext)
    for (const context of contexts)
      emit(
        'tomcat_context',
        {
          instance: session.instance,
          virtual_host: context.virtualHost,
          path: context.path,
        },
        {
          state: context.isStarted === undefined ? undefined : Number(context.isStarted),
          sessions_active: context.activeSessions,
          sessions_max: context.mostSessions,
          sessions_created_total: context.createdSessions,
          sessions_rejected_total: context.rejectedSessions,
          expired_total: context.expiredSessions,
        },
      )
  },
})

const WANTED = [
  'stateName',
  'activeSessions',
  'maxActive',
  'sessionCounter',
  'rejectedSessions',
  'expiredSessions',
]

function toContext(bean: Bean): Context {
  const stateName = bean.attributes.get('stateName')
  return {
    virtualHost: bean.properties.get('host') ?? '',
    path: bean.properties.get('context') ?? '/',
    isStarted: stateName === undefined ? undefined : stateName === 'STARTED',
    activeSessions: numberIn(bean, 'activeSessions'),
    mostSessions: numberIn(bean, 'maxActive'),
    createdSessions: numberIn(bean, 'sessionCounter'),
    rejectedSessions: numberIn(bean, 'rejectedSessions'),
    expiredSessions: numberIn(bean, 'expiredSessions'),
  }
}
