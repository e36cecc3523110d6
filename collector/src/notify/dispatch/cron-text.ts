import type { LocalizedText } from '@wardround/program'
import { Cron } from 'croner'

/** A cron that can't be read: what is wrong with it, and what was expected. */
export interface CronProblem {
  readonly what: LocalizedText
  readonly expected: LocalizedText
}

interface CronField {
  readonly name: LocalizedText
  readonly values: LocalizedText
}

/** The fields of a cron, in their order. */
const FIELDS: readonly CronField[] = [
  { name: { zh: '分', en: 'minute' }, values: { zh: '0–59', en: '0–59' } },
  { name: { zh: '时', en: 'hour' }, values: { zh: '0–23', en: '0–23' } },
  { name: { zh: '日', en: 'day' }, values: { zh: '1–31', en: '1–31' } },
  { name: { zh: '月', en: 'month' }, values: { zh: '1–12 或 JAN–DEC', en: '1–12 or JAN–DEC' } },
  {
    name: { zh: '星期', en: 'weekday' },
    values: { zh: '0–7（0 和 7 均为周日）或 SUN–SAT', en: '0–7 (0 and 7 are Sunday) or SUN–SAT' },
  },
]

const CRON: LocalizedText = {
  zh: '五个以空格分隔的字段：分 时 日 月 星期，例如 0 2 * * 6（每周六 02:00）',
  en: 'five fields with spaces between: minute hour day month weekday, such as 0 2 * * 6 (Saturdays at 02:00)',
}

/** Why a text is no cron of five fields; undefined where it is one. */
export function findCronProblem(text: string): CronProblem | undefined {
  if (isCron(text)) return undefined
  const parts = text
    .trim()
    .split(/\s+/)
    .filter((part) => part !== '')
  if (parts.length !== FIELDS.length)
    return {
      what: {
        zh: `cron 表达式“${text}”有 ${parts.length} 个字段`,
        en: `cron "${text}" has ${parts.length} ${parts.length === 1 ? 'field' : 'fields'}`,
      },
      expected: CRON,
    }
  for (const [index, { name, values }] of FIELDS.entries()) {
    const part = parts[index] ?? ''
    if (isCron(alone(part, index))) continue
    return {
      what: {
        zh: `cron 表达式的“${name.zh}”字段“${part}”无效`,
        en: `the ${name.en} field "${part}" of the cron is not valid`,
      },
      expected: {
        zh: `${values.zh}，也可写 *、列表 1,3、由小到大的范围 1-5 或步长 */2；完整的例子：0 2 * * 6（每周六 02:00）`,
        en: `${values.en}, also *, a list 1,3, a range 1-5 from less to more or a step */2; a whole example: 0 2 * * 6 (Saturdays at 02:00)`,
      },
    }
  }
  return {
    what: {
      zh: `cron 表达式“${text}”的各字段不能一起使用`,
      en: `the fields of cron "${text}" do not go together`,
    },
    expected: CRON,
  }
}

/** One field in its place, every other left open: what can't be read then is that field. */
function alone(part: string, index: number): string {
  return FIELDS.map((_, place) => (place === index ? part : '*')).join(' ')
}

function isCron(text: string): boolean {
  try {
    return new Cron(text, { mode: '5-part', paused: true }) instanceof Cron
  } catch {
    return false
  }
}
