import { counter, gauge } from '../../field.ts'
import { defineProbe, NoDataError } from '../../probe.ts'
import { EXCERPT_OPTION } from '../../sources/log/log-excerpt.ts'
import { eventsLeftOut, matchesOf, watchLog } from '../../sources/log/watch-log.ts'
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
    logwatch: {
      identifyingTags: ['file', 'rule'],
      descriptiveTags: ['instance'],
      fields: {
        matches_total: counter('count', '命中次数', 'Records that the rule found'),
        lag_bytes: gauge(
          'bytes',
          '尚未读取的字节；规则为空的序列属于整个文件',
          'Bytes not read yet; this and what follows belongs to the whole file, its rule is empty',
        ),
        lines_total: counter('count', '已读行数', 'Lines read'),
        cut_lines_total: counter(
          'count',
          '超长而被截断的行数',
          'Lines longer than 64 KiB, of which the rest was passed over',
        ),
        lost_files_total: counter(
          'count',
          '未读完就已消失的旧日志数',
          'Old files that were gone before they were read to their end',
        ),
        events_left_out_total: counter(
          'count',
          '因过于频繁而未生成事件的命中数',
          'Matches that became no event, because too many came at once',
        ),
      },
    },
  },
  async sample({ session, options, emit, emitEvent, signal }) {
    const { instance, logs } = session
    const followers = await logs.messages()
    for (const follower of followers) {
      const { files } = logs
      await watchLog({
        files,
        follower,
        rules: TOMCAT_RULES,
        about: { instance },
        excerpt: options.excerpt,
        emitEvent,
        signal,
      })
      if (!follower.isThere) continue
      const { label: file, totals, lagBytes } = follower
      for (const rule of TOMCAT_RULES)
        emit(
          'logwatch',
          { file, rule: rule.name, instance },
          { matches_total: matchesOf(follower, rule) },
        )
      emit(
        'logwatch',
        { file, rule: '', instance },
        {
          lag_bytes: lagBytes,
          lines_total: totals.lines,
          cut_lines_total: totals.cutLines,
          lost_files_total: totals.lostFiles,
          events_left_out_total: eventsLeftOut(follower),
        },
      )
    }
    if (!followers.some(({ isThere }) => isThere)) {
      const labels = followers.map(({ label }) => label).join(', ')
      throw new NoDataError({ zh: `没有 ${labels}`, en: `no ${labels}` })
    }
  },
})
