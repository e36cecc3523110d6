import type { Board } from '../board.ts'
import { last, max, of } from '../formula.ts'
import { HOST, percentOf } from '../often-shown.ts'
import type { Panel, TableKey } from '../panel.ts'

const FLOW: TableKey = { tag: 'flow', label: { zh: '数据流', en: 'Flow' } }

const NOW: Panel[] = [
  {
    kind: 'table',
    title: { zh: '数据流（最差的在前）', en: 'Flows, worst first' },
    description: {
      zh: '每条数据流最近一个窗口的情况：连续几个周期没有成功、失败与待发的数量、两端差异、未上报的单位。橙色或红色时，先看对端平台与网络，再核对失败批次并补传。',
      en: 'Each flow in its last window: periods without a success, failed and waiting records, how far both ends differ, units that did not report. Where it is orange or red, look at the other platform and the network, then at the batches that failed, and send them again.',
    },
    height: 10,
    keys: [HOST, FLOW],
    columns: [
      {
        query: of('exchange', max('periods_without_success'), 'flow'),
        label: { zh: '未成功周期', en: 'Periods without success' },
        rule: 'exchange_stale',
      },
      {
        query: of('exchange', last('last_success_age_seconds'), 'flow'),
        label: { zh: '距上次成功', en: 'Since the last success' },
      },
      {
        query: of('exchange', last('failed_count'), 'flow'),
        label: { zh: '失败', en: 'Failed' },
        rule: 'exchange_failed',
      },
      {
        query: of('exchange', last('pending_count'), 'flow'),
        label: { zh: '待发', en: 'Waiting' },
      },
      {
        query: of('exchange', last('diff_percent'), 'flow'),
        label: { zh: '差异', en: 'Difference' },
        rule: 'exchange_differs',
      },
      {
        query: of('exchange', last('units_missing'), 'flow'),
        label: { zh: '未上报单位', en: 'Units missing' },
        rule: 'exchange_units_missing',
      },
      {
        query: of('exchange', last('qc_fail_count'), 'flow'),
        label: { zh: '质量问题', en: 'Quality' },
      },
    ],
    sort: { column: 0, order: 'highest' },
  },
]

const COUNTS: Panel[] = [
  {
    kind: 'timeseries',
    title: { zh: '发送与收到', en: 'Sent and received' },
    description: {
      zh: '每个窗口发送与收到的数量，两条线应重合。收到少于发送：对端丢失或尚未入库；两条线一起下降：业务量减少或上游中断。',
      en: 'Records sent and received in each window: both lines should be one. Fewer received: the other side lost them or has not stored them yet; both lower: less to send, or something before it has stopped.',
    },
    lines: [
      { query: of('exchange', last('sent_count'), 'flow'), label: { zh: '发送', en: 'sent' } },
      {
        query: of('exchange', last('received_count'), 'flow'),
        label: { zh: '收到', en: 'received' },
      },
    ],
    min: 0,
  },
  {
    kind: 'timeseries',
    title: { zh: '两端差异', en: 'Difference' },
    description: {
      zh: '差异占发送数量的比例。高于虚线时，按窗口逐批核对，找出没有到达的记录。',
      en: 'What differs, of what was sent. Above the dashed lines, compare batch by batch and find the records that did not arrive.',
    },
    lines: [{ query: of('exchange', max('diff_percent'), 'flow'), rule: 'exchange_differs' }],
    min: 0,
  },
  {
    kind: 'timeseries',
    title: { zh: '失败与待发', en: 'Failed and waiting' },
    description: {
      zh: '失败与尚未发送的数量。待发持续增长说明发送跟不上，或对端拒收。',
      en: 'Records that failed, and that wait. Where ever more wait, sending does not keep up or the other side refuses.',
    },
    lines: [
      {
        query: of('exchange', max('failed_count'), 'flow'),
        label: { zh: '失败', en: 'failed' },
        rule: 'exchange_failed',
      },
      { query: of('exchange', max('pending_count'), 'flow'), label: { zh: '待发', en: 'waiting' } },
    ],
    min: 0,
  },
  {
    kind: 'timeseries',
    title: { zh: '距上次成功', en: 'Since the last success' },
    description: {
      zh: '距最近一个成功窗口的时间，正常时呈锯齿状。一直上升说明这条数据流已中断。',
      en: 'Time since the last window that succeeded: a saw. Where it only rises, the flow has stopped.',
    },
    lines: [{ query: of('exchange', max('last_success_age_seconds'), 'flow') }],
    min: 0,
  },
]

const REPORTING: Panel[] = [
  {
    kind: 'timeseries',
    title: { zh: '上报率', en: 'Units that reported' },
    description: {
      zh: '已上报单位占应上报单位的比例，应为 100%。到期仍不足时，按未上报名单逐家联系。',
      en: 'Units that reported, of those that should: 100 % is right. Where some are missing when it is due, call those on the list.',
    },
    lines: [
      {
        query: of('exchange', percentOf('units_reported', 'units_expected'), 'flow'),
        unit: 'percent',
      },
    ],
    min: 0,
    max: 100,
  },
  {
    kind: 'timeseries',
    title: { zh: '质量检查不合格', en: 'Quality' },
    description: {
      zh: '每项质量检查不合格的行数。增加时把清单反馈给上报单位更正，平台自身不修改业务数据。',
      en: 'Rows that each check of quality found wrong. Where they grow, send the list to the units that reported; this platform changes no data.',
    },
    lines: [
      { query: of('exchange_quality', max('count'), 'flow', 'name'), rule: 'exchange_quality' },
    ],
    min: 0,
  },
]

/** Whether data arrive where they are sent. */
export const board: Board = {
  uid: 'wardround-exchange',
  title: { zh: '数据交换', en: 'Data exchange' },
  description: {
    zh: '各数据流是否按时成功、两端是否一致、单位是否上报、数据质量如何。',
    en: 'Whether each flow succeeds in time, both ends agree, units report, and what they report is good.',
  },
  subjects: { measurement: 'exchange', field: 'periods_without_success' },
  from: 'now-2d',
  sections: [
    { title: { zh: '当前', en: 'Now' }, panels: NOW },
    { title: { zh: '数量与差异', en: 'Counts and differences' }, panels: COUNTS },
    { title: { zh: '上报与质量', en: 'Reporting and quality' }, panels: REPORTING },
  ],
}
