import type { Options } from '../../option.ts'
import type { OptionProblem } from '../../source.ts'

/** What an entry of type `restoretest` takes. */
export const RESTORE_OPTIONS = {
  job: {
    type: 'string',
    pattern: '^[A-Za-z0-9_.:-]{1,64}$',
    expected: {
      zh: '1 到 64 个字母、数字或 _ . : -，如 hcdb1-full',
      en: '1 to 64 letters, digits or _ . : -, such as hcdb1-full',
    },
    help: { zh: '备份任务名，标签 job', en: 'Name of the backup job: the tag job' },
  },
  database: {
    type: 'string',
    pattern: '^[^\\u0000-\\u001f]{0,64}$',
    default: '',
    help: { zh: '数据库名，标签 database', en: 'Name of the database: the tag database' },
  },
  declared: {
    type: 'string',
    pattern: '^\\d{4}-\\d{2}-\\d{2}$',
    expected: { zh: '日期，如 2026-01-01', en: 'a date, such as 2026-01-01' },
    help: {
      zh: '从哪一天起要求还原测试（如合同开始日）；从未测试过时，时长从这一天算起。不写则从首次声明算起',
      en: 'Since when tests are owed (the contract’s first day): the age while none is recorded counts from here; from the first run where it is not given',
    },
  },
} as const satisfies Options

/** What the options can't say one by one. */
export function findRestoreProblems({
  declared,
}: Readonly<Record<string, unknown>>): readonly OptionProblem[] {
  const isDay = typeof declared === 'string' && !Number.isNaN(Date.parse(`${declared}T00:00:00Z`))
  return isDay || typeof declared !== 'string'
    ? []
    : [
        {
          option: 'declared',
          what: {
            zh: `没有 ${declared} 这一天`,
            en: `there is no day ${declared}`,
          },
          expected: RESTORE_OPTIONS.declared.expected,
        },
      ]
}
