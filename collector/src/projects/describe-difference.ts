import type { LocalizedText } from '@wardround/protocol'
import type { Finding } from '../rules/finding.ts'
import { formatValue } from '../rules/texts/format-value.ts'

/** What a project's file says should be, and what is there instead. */
export interface Difference {
  readonly host: string
  readonly expected: LocalizedText
  readonly seen: LocalizedText
}

type Words = (finding: Finding) => Pick<Difference, 'expected' | 'seen'>

const NOTHING_COMES: LocalizedText = { zh: '没有数据', en: 'nothing comes of it' }

/** Kinds of findings that are differences: clocks, yearly counts, the roster and dates have places of their own. */
const WORDS: Readonly<Record<string, Words>> = {
  expected_host_missing: ({ details }) => ({
    expected: { zh: `角色 ${details['expected_role']}`, en: `role ${details['expected_role']}` },
    seen: { zh: '从未有数据', en: 'never seen' },
  }),
  expected_source_missing: ({ tags }) =>
    isMissing(`数据源 ${tags['source']}`, `source ${tags['source']}`),
  expected_backup_missing: ({ tags }) =>
    tags['copy'] === '2'
      ? isMissing(
          `备份作业 ${tags['job']} 的第二份副本`,
          `second copy of backup job ${tags['job']}`,
        )
      : isMissing(`备份作业 ${tags['job']}`, `backup job ${tags['job']}`),
  backup_schedule_differs: ({ tags, details, value }) => {
    const { zh, en } = formatValue(value, 'seconds')
    return {
      expected: {
        zh: `备份作业 ${tags['job']}，每 ${details['expected_zh']}一次`,
        en: `backup job ${tags['job']} every ${details['expected_en']}`,
      },
      seen: { zh: `每 ${zh}一次`, en: `every ${en}` },
    }
  },
  expected_exchange_missing: ({ details }) =>
    isMissing(`数据流“${details['name_zh']}”`, `flow "${details['name_en']}"`),
  exchange_units_differ: ({ details, value }) => ({
    expected: {
      zh: `数据流“${details['name_zh']}”有 ${details['expected']} 家单位`,
      en: `flow "${details['name_en']}" has ${details['expected']} units`,
    },
    seen: { zh: `${value} 家`, en: `${value} units` },
  }),
  expected_certificate_missing: ({ details }) =>
    isMissing(`检查证书“${details['name']}”`, `looks at certificate "${details['name']}"`),
  identity_differs: ({ details }) => ({
    expected: {
      zh: `${details['what_zh']}：项目文件${details['expected_zh']}`,
      en: `${details['what_en']}: the file ${details['expected_en']}`,
    },
    seen: {
      zh: `监控中心配置为“${details['found']}”`,
      en: `the collector's configuration says "${details['found']}"`,
    },
  }),
}

/** Undefined for a finding that is no difference between the file and what is there. */
export function describeDifference(finding: Finding): Difference | undefined {
  const words = WORDS[finding.kind]
  return words === undefined ? undefined : { host: finding.host, ...words(finding) }
}

function isMissing(zh: string, en: string): Pick<Difference, 'expected' | 'seen'> {
  return { expected: { zh, en }, seen: NOTHING_COMES }
}
