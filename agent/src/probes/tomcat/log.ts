import { logwatch } from '../../measurements/logwatch.ts'
import { defineProbe, NoDataError } from '../../probe.ts'
import { emitLogwatch } from '../../sources/log/emit-logwatch.ts'
import { EXCERPT_OPTION } from '../../sources/log/log-excerpt.ts'
import { MAX_BYTES_PER_RUN, watchLog } from '../../sources/log/watch-log.ts'
import { tomcat } from '../../sources/tomcat.ts'
import { TOMCAT_RULES } from '../../sources/tomcat/tomcat-rules.ts'

/**
 * What goes wrong in a Tomcat, by its logs; each record that a rule finds is an event `log` with its first lines, secrets and personal data masked.
 * Source: catalina.out (or catalina.DATE.log) and localhost.DATE.log below catalinaBase/logs, or in `logs`. Needs: these files readable for the
 * agent. A record counts when it is complete: one interval later where nothing follows it.
 */
export default defineProbe({
  name: 'tomcat.log',
  source: tomcat,
  platforms: ['linux', 'darwin', 'win32'],
  everySeconds: 15,
  cost: 'cheap',
  reads: {
    zh: 'logs/catalina.out 或 logs/catalina.*.log，logs/localhost.*.log',
    en: 'logs/catalina.out or logs/catalina.*.log, logs/localhost.*.log',
  },
  needs: {
    zh: '设置 catalinaBase 或 logs，并让采集代理可读日志（usermod -aG tomcat wardround，或 setfacl）',
    en: 'catalinaBase or logs set, and the logs readable for the agent (usermod -aG tomcat wardround, or setfacl)',
  },
  help: {
    zh: '日志监视：严重错误、内存溢出、异常堆栈、文件句柄耗尽、线程卡死',
    en: 'Logs: severe messages, memory exhausted, stack traces, too many open files, stuck threads',
  },
  options: EXCERPT_OPTION,
  measurements: {
    logwatch,
  },
  async sample({ session, options, emit, emitEvent, signal, timeMs }) {
    const { instance, logs } = session
    const followers = await logs.messages()
    for (const follower of followers) {
      await watchLog({
        follower,
        read: (onRecord, bounds) => logs.files.read(follower, onRecord, bounds),
        rules: TOMCAT_RULES,
        about: { instance },
        excerpt: options.excerpt,
        emitEvent,
        timeMs,
        bounds: { maxBytes: MAX_BYTES_PER_RUN, signal },
      })
      if (follower.isThere) emitLogwatch(emit, follower, TOMCAT_RULES, { instance, timeMs })
    }
    if (!followers.some(({ isThere }) => isThere)) {
      const labels = followers.map(({ label }) => label).join(', ')
      throw new NoDataError({ zh: `没有 ${labels}`, en: `no ${labels}` })
    }
  },
})
