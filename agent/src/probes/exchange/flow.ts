import { gauge, percent } from '../../field.ts'
import { defineProbe } from '../../probe.ts'
import { exchange } from '../../sources/exchange.ts'
import type { ExchangeCount } from '../../sources/exchange/exchange-session.ts'
import { judgeExchange, sum } from '../../sources/exchange/judge-exchange.ts'

const MOST_LISTED = 1_000

/**
 * A flow of data between two ends. Source: the site's own reading statements, a number in JSON over HTTP, or a manifest, for the latest settled window
 * of business time. Needs: SELECT on the tables that the statements name.
 */
export default defineProbe({
  name: 'exchange.flow',
  source: exchange,
  platforms: ['linux', 'darwin', 'win32'],
  everySeconds: 300,
  // The statements have deadlines of their own, and wait for each other.
  deadlineMs: 280_000,
  cost: 'slow',
  reads: {
    zh: 'agent.yaml 中写明的只读语句、HTTP 接口或清单文件',
    en: 'reading statements, HTTP addresses or manifests as agent.yaml has them',
  },
  needs: { zh: '语句所涉及表的 SELECT', en: 'SELECT on the tables of the statements' },
  help: {
    zh: '数据交换：两端数量、差异、质量、未上报单位',
    en: 'Data exchange: counts of both ends, difference, quality, units that did not report',
  },
  measurements: {
    exchange: {
      identifyingTags: ['flow'],
      fields: {
        sent_count: gauge('count', '窗口内发送的数量', 'Sent in the window'),
        received_count: gauge('count', '窗口内收到的数量', 'Received in the window'),
        failed_count: gauge('count', '窗口内失败的数量', 'Failed in the window'),
        pending_count: gauge('count', '尚未发送的数量', 'Still waiting'),
        diff_count: gauge('count', '发送减去收到', 'Sent less received'),
        diff_percent: percent('差异占发送数量的比例', 'Difference in percent of what was sent'),
        last_success_age_seconds: gauge(
          'seconds',
          '距最近一个成功窗口结束的时间；从未成功则从第一个窗口开始算起',
          'Since the end of the last window that was a success; where there was none, since the beginning of the first',
        ),
        periods_without_success: gauge(
          'count',
          '连续没有成功的窗口数',
          'Windows since the last success',
        ),
        qc_fail_count: gauge(
          'count',
          '质量检查不合格的行数合计',
          'Rows that quality checks found, all together',
        ),
        units_expected: gauge('count', '应上报的单位数', 'Units that are to report'),
        units_reported: gauge('count', '其中已上报的单位数', 'Those of them that did'),
        units_missing: gauge('count', '未上报的单位数', 'Units that did not report'),
      },
    },
    exchange_quality: {
      identifyingTags: ['flow', 'name'],
      fields: {
        count: gauge('count', '不合格的行数', 'Rows that are not as they should be'),
      },
    },
  },
  async sample({ session, signal, emit, emitDocument, timeMs }) {
    const { flow } = session
    const { isNew, found, progress } = await session.count(signal)
    const { from, to, quality } = found
    const { diffCount, diffPercent, failed } = judgeExchange(found, NO_AIMS)
    const units = compareUnits(found)
    emit(
      'exchange',
      { flow },
      {
        sent_count: from.count,
        received_count: to.count,
        failed_count: failed,
        pending_count: sum(from.pending, to.pending),
        diff_count: diffCount,
        diff_percent: diffPercent,
        last_success_age_seconds: Math.max(0, timeMs - progress.sinceMs) / 1000,
        periods_without_success: progress.periodsWithoutSuccess,
        qc_fail_count:
          quality.length === 0 ? undefined : quality.reduce((all, { count }) => all + count, 0),
        units_expected: units?.expected,
        units_reported: units && units.expected - units.missing.length,
        units_missing: units?.missing.length,
      },
    )
    for (const { name, count } of quality) emit('exchange_quality', { flow, name }, { count })
    if (isNew && units !== undefined)
      emitDocument(`exchange_units:${flow}`, 'newest', {
        flow,
        window: { ...found.windowText },
        expected: units.expected,
        missing: units.missing.slice(0, MOST_LISTED),
        more: Math.max(0, units.missing.length - MOST_LISTED),
        unexpected: units.unexpected.slice(0, MOST_LISTED),
      })
    const [error] = found.errors
    if (isNew && error !== undefined) throw error
  },
})

/** Here only the difference is wanted; what counts as a success the session decides. */
const NO_AIMS = { minimum: 0, tolerancePercent: 0 }

function compareUnits({ units }: ExchangeCount) {
  if (units === undefined) return undefined
  const reported = new Set(units.reported)
  const expected = new Set(units.expected)
  return {
    expected: expected.size,
    missing: units.expected.filter((unit) => !reported.has(unit)).toSorted(),
    unexpected: units.reported.filter((unit) => !expected.has(unit)).toSorted(),
  }
}
