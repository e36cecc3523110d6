import type { TagFilter } from '@wardround/query'
import { last, max, mean, minus, over, times } from './formula.ts'
import type { PanelQuery, Shown, TableKey } from './panel.ts'

/* What several boards show alike. */

export const HOST: TableKey = {
  tag: 'host',
  label: { zh: '主机', en: 'Host' },
  link: 'wardround-host',
}

/** CPU as its rule has it: waiting for I/O is not use. */
export const CPU_USED: Shown = {
  query: {
    measurement: 'cpu',
    value: minus(100, mean('usage_idle'), mean('usage_iowait')),
    where: [{ tag: 'cpu', operator: '=', value: 'cpu-total' }],
    groupBy: ['host'],
  },
  rule: 'cpu_used',
}

export const MEMORY_USED: Shown = {
  query: { measurement: 'mem', value: minus(100, mean('available_percent')), groupBy: ['host'] },
  rule: 'memory_used',
}

export const LOAD_PER_CORE: Shown = {
  query: { measurement: 'system', value: over(last('load5'), last('n_cpus')), groupBy: ['host'] },
  rule: 'load_per_core',
}

/** File systems that can fill up; what is read-only by its nature is always full. */
export const FILLING: readonly TagFilter[] = [
  { tag: 'mode', operator: '=', value: 'rw' },
  { tag: 'fstype', operator: '!~', value: 'iso9660|udf|squashfs' },
]

export const FULLEST_FILE_SYSTEM: Shown = {
  query: { measurement: 'disk', value: max('used_percent'), where: FILLING, groupBy: ['host'] },
  rule: 'filesystem_used',
}

/** A part of a whole, in percent. */
export function percentOf(part: string, whole: string): PanelQuery['value'] {
  return times(over(last(part), last(whole)), 100)
}

export const DAYS = { zh: 'suffix: 天', en: 'suffix: d' }

/** What `up` of a source says. */
export const UP_WORDS = { 0: { zh: '中断', en: 'down' }, 1: { zh: '正常', en: 'up' } } as const

/** Whether the databases and Tomcats answer; a click opens their board. */
export const INSTANCES_UP = [
  {
    query: { measurement: 'oracle_up', value: last('up'), groupBy: ['host', 'instance'] },
    label: { zh: 'Oracle', en: 'Oracle' },
    rule: 'oracle_down',
    words: UP_WORDS,
    link: 'wardround-oracle',
  },
  {
    query: { measurement: 'pg_up', value: last('up'), groupBy: ['host', 'instance'] },
    label: { zh: 'PostgreSQL', en: 'PostgreSQL' },
    rule: 'postgresql_down',
    words: UP_WORDS,
    link: 'wardround-postgresql',
  },
  {
    query: { measurement: 'mysql_up', value: last('up'), groupBy: ['host', 'instance'] },
    label: { zh: 'MySQL', en: 'MySQL' },
    rule: 'mysql_down',
    words: UP_WORDS,
    link: 'wardround-mysql',
  },
  {
    query: { measurement: 'tomcat_up', value: last('up'), groupBy: ['host', 'instance'] },
    label: { zh: 'Tomcat', en: 'Tomcat' },
    rule: 'tomcat_down',
    words: UP_WORDS,
    link: 'wardround-tomcat',
  },
] as const
