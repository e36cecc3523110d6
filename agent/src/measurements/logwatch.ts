import { counter, gauge, state } from '../field.ts'

/** What the rules find in a log. What is of the log as a whole stands in the series whose rule is empty. */
export const logwatch = {
  identifyingTags: ['file', 'rule'],
  descriptiveTags: ['instance'],
  fields: {
    matches_total: counter('count', '命中次数', 'Records that the rule found'),
    matches_10m: gauge(
      'count',
      '最近 10 分钟命中次数',
      'Of them, those found in the last 10 minutes',
    ),
    alarm: state(
      '报警级别：最近 10 分钟命中次数达到规则的 atLeast 时为规则的 severity，否则为平静',
      'Severity of the rule while the last 10 minutes have as many matches as its atLeast says, else quiet',
      {
        0: { zh: '平静', en: 'quiet' },
        1: { zh: '提示', en: 'info' },
        2: { zh: '警告', en: 'warning' },
        3: { zh: '严重', en: 'critical' },
      },
    ),
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
      '未读完就已消失的旧日志数（journal：游标丢失的次数）',
      'Old files that were gone before they were read to their end (of the journal: times that its entries were)',
    ),
    events_left_out_total: counter(
      'count',
      '因过于频繁而未生成事件的命中数',
      'Matches that became no event, because too many came at once',
    ),
  },
} as const

/** Values of the groups that a rule counts, such as the device of an I/O error. */
export const logwatchValue = {
  identifyingTags: ['file', 'rule', 'group', 'value'],
  descriptiveTags: ['instance'],
  fields: {
    matches_total: counter(
      'count',
      '该值的命中次数；每个分组超过 20 种取值后计入 other',
      'Matches with the value; beyond 20 values of a group they count as other',
    ),
    matches_10m: gauge(
      'count',
      '最近 10 分钟命中次数',
      'Of them, those found in the last 10 minutes',
    ),
  },
} as const
