import type { LocalizedText } from '@wardround/protocol'
import type { Option, Options } from '../../option.ts'
import { DATABASE_KINDS, DATABASE_OPTIONS } from '../database/database-options.ts'
import { tagValue } from '../option-kinds.ts'

export const SIDES = ['from', 'to'] as const

const STATEMENT = { type: 'string', minLength: 1 } as const

/** What one end of a flow takes. */
const END = {
  type: {
    type: 'string',
    enum: [...DATABASE_KINDS, 'http', 'file'],
    help: {
      zh: '数量从哪里来：数据库语句、HTTP 返回的 JSON、清单文件',
      en: 'Where the number comes from: statements to a database, JSON over HTTP, a manifest',
    },
  },
  ...DATABASE_OPTIONS,
  statement: {
    ...STATEMENT,
    help: {
      zh: '一条只读 SELECT，第一列为数量；占位符 :from、:to 是业务时间窗口（含起、不含止）。表名须带模式名或库名',
      en: 'One reading SELECT whose first column is the number; :from and :to are the window of business time (from included, to not). Tables with their schema or database',
    },
  },
  failed: {
    ...STATEMENT,
    help: { zh: '同上，窗口内失败的数量', en: 'The same, for those of the window that failed' },
  },
  pending: {
    ...STATEMENT,
    help: { zh: '同上，尚未发送的数量', en: 'The same, for those that still wait' },
  },
  url: {
    type: 'string',
    pattern: '^https?://[^/?#@\\s]+(/\\S*)?$',
    expected: { zh: '不含密码的网址', en: 'an address without a password' },
    help: {
      zh: 'type: http 的网址，GET；{from} 与 {to} 换成窗口起止时间',
      en: 'Of type: http, asked with GET; {from} and {to} become the ends of the window',
    },
  },
  pointer: {
    type: 'string',
    pattern: '^(/[^/]*)*$',
    expected: { zh: 'JSON 指针，如 /data/count', en: 'a JSON pointer, such as /data/count' },
    help: {
      zh: '数量在应答 JSON 中的位置，如 /data/count',
      en: 'Where the number stands in the answer, such as /data/count',
    },
  },
  failedPointer: {
    type: 'string',
    pattern: '^(/[^/]*)*$',
    help: { zh: '失败数量在同一应答中的位置', en: 'Where the same answer has those that failed' },
  },
  pendingPointer: {
    type: 'string',
    pattern: '^(/[^/]*)*$',
    help: { zh: '尚未发送的数量在同一应答中的位置', en: 'Where it has those that still wait' },
  },
  header: {
    type: 'string',
    pattern: '^[A-Za-z0-9-]{1,64}$',
    default: 'Authorization',
    help: { zh: '携带 token 的请求头', en: 'Header that carries `token`' },
  },
  token: {
    type: 'secret',
    help: {
      zh: '该请求头的完整内容，如 Bearer …',
      en: 'What the header holds, as a whole: Bearer …',
    },
  },
  file: {
    type: 'string',
    pattern: '^/',
    expected: { zh: '绝对路径', en: 'an absolute path' },
    help: {
      zh: '清单文件（.csv 首行为列名，或每行一个 JSON）；{date}、{yyyymmdd} 换成窗口起始日',
      en: 'Manifest: .csv with a header, or a JSON object per line; {date} and {yyyymmdd} become the first day of the window',
    },
  },
  timeField: {
    type: 'string',
    default: 'time',
    help: {
      zh: '清单中业务时间的列；未填写且没有 time 列时整个文件都算，填写的列必须存在',
      en: 'Column of the business time; one named here must be there, without it and a column time the whole file counts',
    },
  },
  countField: {
    type: 'string',
    default: 'count',
    help: {
      zh: '清单中数量的列；未填写且没有 count 列时每行算 1，填写的列必须存在',
      en: 'Column of the number; one named here must be there, without it and a column count each line counts 1',
    },
  },
} as const satisfies Options

/** One end of a flow. */
function endOf(help: LocalizedText) {
  return { type: 'object', required: ['type'], properties: END, help } as const satisfies Option
}

/** What an entry of type `exchange` takes. */
export const EXCHANGE_OPTIONS = {
  flow: {
    ...tagValue('city-upload'),
    help: { zh: '数据流名称，标签 flow', en: 'Name of the flow: the tag flow' },
  },
  every: {
    type: 'duration',
    default: '1h',
    help: { zh: '多久核对一次', en: 'How often both ends are counted' },
  },
  window: {
    type: 'duration',
    default: '1d',
    help: {
      zh: '业务时间窗口：整天、整周，或能整除一天的时长',
      en: 'Window of business time: whole days or weeks, or a whole part of a day',
    },
  },
  settle: {
    type: 'duration',
    default: '2h',
    help: {
      zh: '窗口结束多久后再核对，等数据到齐',
      en: 'How long after its end a window is counted, so that all has arrived',
    },
  },
  timezone: {
    type: 'string',
    minLength: 1,
    default: 'Asia/Shanghai',
    help: { zh: '业务时间的时区', en: 'Time zone of the business time' },
  },
  minimum: {
    type: 'integer',
    minimum: 0,
    default: 0,
    help: {
      zh: '每个窗口至少应发送的数量；更少不算成功',
      en: 'Fewer sent in a window than this is no success',
    },
  },
  tolerancePercent: {
    type: 'number',
    minimum: 0,
    maximum: 100,
    default: 0,
    help: {
      zh: '差异在多少以内仍算成功（%）',
      en: 'Difference up to which a window counts as a success, in percent',
    },
  },
  timeout: {
    type: 'duration',
    default: '60s',
    help: { zh: '每条语句或请求的最长时间', en: 'Longest time for each statement or request' },
  },
  from: endOf({ zh: '发送端', en: 'The sending end' }),
  to: endOf({ zh: '接收端', en: 'The receiving end' }),
  quality: {
    type: 'array',
    maxItems: 50,
    uniqueBy: 'name',
    default: [],
    items: {
      type: 'object',
      required: ['name', 'statement'],
      properties: {
        name: {
          type: 'string',
          pattern: '^[^\\u0000-\\u001f]{1,64}$',
          help: { zh: '检查项名称，标签 name', en: 'Name of the check: the tag name' },
        },
        on: {
          type: 'string',
          enum: SIDES,
          default: 'to',
          help: { zh: '在哪一端检查', en: 'At which end' },
        },
        statement: {
          ...STATEMENT,
          help: {
            zh: '不合格行数（缺必填项、超范围、重复）的只读 SELECT',
            en: 'Reading SELECT that counts rows which lack a value, are out of range or double',
          },
        },
      },
    },
    help: { zh: '数据质量检查', en: 'Counts of rows that are not as they should be' },
  },
  units: {
    type: 'object',
    properties: {
      expectedFile: {
        type: 'string',
        pattern: '^/',
        expected: { zh: '绝对路径', en: 'an absolute path' },
        help: {
          zh: '应上报单位名单文件，每行一个（逗号后为说明）',
          en: 'List of the units that are to report, one a line (what follows a comma is a remark)',
        },
      },
      expected: {
        ...STATEMENT,
        help: { zh: '或给出名单的只读 SELECT', en: 'Or a reading SELECT that gives the list' },
      },
      reported: {
        ...STATEMENT,
        help: {
          zh: '窗口内已上报单位的只读 SELECT，第一列为单位',
          en: 'Reading SELECT of the units that did report in the window, in the first column',
        },
      },
      on: {
        type: 'string',
        enum: SIDES,
        default: 'to',
        help: { zh: '在哪一端查询', en: 'At which end' },
      },
    },
    help: { zh: '未上报单位', en: 'Units that did not report' },
  },
} as const satisfies Options
