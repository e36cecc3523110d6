import type { Options, OptionValues } from '../../option.ts'
import { EXCERPT_OPTION } from './log-excerpt.ts'
import { SEVERITIES } from './log-rule.ts'
import { LOG_ENCODINGS } from './log-text.ts'

/** By their numbers, as syslog counts them. */
const PRIORITIES = ['emerg', 'alert', 'crit', 'err', 'warning', 'notice', 'info', 'debug'] as const

const NAME = '^[^\\u0000-\\u001f\\u007f]{1,64}$'
const JOURNAL_NAME = '^[\\w@.:*\\\\-]{1,200}$'

/** What an entry of type log takes. */
export const LOG_OPTIONS = {
  files: {
    type: 'array',
    items: { type: 'string', minLength: 1 },
    maxItems: 20,
    help: {
      zh: '日志文件的绝对路径；文件名中的一个 * 代表日期，如 /var/log/app/app-*.log；轮转出的旧文件自动识别',
      en: 'Absolute paths of logs; one * in a file’s name stands for a date, as in /var/log/app/app-*.log; what rotation makes of them is found',
    },
  },
  journal: {
    type: 'object',
    properties: {
      units: {
        type: 'array',
        items: { type: 'string', pattern: JOURNAL_NAME },
        maxItems: 50,
        help: { zh: '只看这些 systemd 单元', en: 'Only of these units' },
      },
      identifiers: {
        type: 'array',
        items: { type: 'string', pattern: JOURNAL_NAME },
        maxItems: 50,
        help: {
          zh: '只看这些程序（SYSLOG_IDENTIFIER），如 kernel、sshd',
          en: 'Only of these programs (SYSLOG_IDENTIFIER), such as kernel, sshd',
        },
      },
      priority: {
        type: 'string',
        enum: PRIORITIES,
        help: { zh: '只看该级别及更严重的', en: 'Only of this priority and graver' },
      },
    },
    help: {
      zh: '代替 files：systemd 日志（journalctl）；{} 为全部',
      en: 'Instead of files: the journal of systemd, by journalctl; {} for all of it',
    },
  },
  encoding: {
    type: 'string',
    enum: LOG_ENCODINGS,
    default: 'auto',
    help: {
      zh: '编码；auto 逐行判断，不是 UTF-8 的按 GB18030 处理',
      en: 'Encoding; auto takes each line that is not UTF-8 as GB18030',
    },
  },
  pack: {
    type: 'string',
    enum: ['none', 'linux', 'oracle', 'postgresql', 'mysql', 'tomcat'],
    default: 'none',
    help: {
      zh: '内置规则包；rules 中同名的规则会替换包内的规则',
      en: 'Rules that come with the agent; one of the same name in rules replaces one of them',
    },
  },
  without: {
    type: 'array',
    items: { type: 'string', minLength: 1 },
    maxItems: 100,
    help: { zh: '不使用规则包中的这些规则', en: 'Rules of the pack that are not wanted' },
  },
  rules: {
    type: 'array',
    uniqueBy: 'name',
    maxItems: 100,
    items: {
      type: 'object',
      required: ['name', 'match'],
      properties: {
        name: {
          type: 'string',
          pattern: NAME,
          expected: { zh: '1 到 64 个字符', en: '1 to 64 characters' },
          help: { zh: '规则名，即标签 rule', en: 'Its name, the tag rule' },
        },
        match: {
          type: 'string',
          minLength: 1,
          help: {
            zh: '正则表达式（RE2 语法，无前后断言和反向引用），逐行匹配',
            en: 'Expression (RE2: no look-around, no back-references) that a line must match',
          },
        },
        ignoreCase: {
          type: 'boolean',
          default: false,
          help: { zh: '不区分大小写', en: 'Upper and lower case are one' },
        },
        except: {
          type: 'string',
          minLength: 1,
          help: { zh: '同时匹配它的行不算命中', en: 'Lines that match this one too do not count' },
        },
        severity: {
          type: 'string',
          enum: SEVERITIES,
          default: 'warning',
          help: { zh: '报警级别', en: 'How much it matters' },
        },
        atLeast: {
          type: 'integer',
          minimum: 1,
          maximum: 1_000_000,
          default: 1,
          help: {
            zh: '10 分钟内命中多少次才报警',
            en: 'Matches within ten minutes that are worth an alarm',
          },
        },
        tags: {
          type: 'array',
          items: { type: 'string', pattern: '^\\w{1,32}$' },
          maxItems: 4,
          help: {
            zh: '按这些命名分组的取值分别计数（logwatch_value，每组最多 20 种）',
            en: 'Named groups of match whose values are counted each (logwatch_value, at most 20 values a group)',
          },
        },
      },
    },
    help: { zh: '自定义规则', en: 'Rules of your own' },
  },
  ...EXCERPT_OPTION,
  maxBytesPerRun: {
    type: 'string',
    pattern: '^\\d+ ?(?:[KMG]i?)?B$',
    expected: { zh: '大小，如 64MiB', en: 'a size, such as 64MiB' },
    default: '256MiB',
    help: {
      zh: '每次运行每个日志最多读取的字节，其余留待下次（见 lag_bytes）',
      en: 'What is read of one log in one run; the rest waits (lag_bytes)',
    },
  },
} as const satisfies Options

export type LogOptions = OptionValues<typeof LOG_OPTIONS>
