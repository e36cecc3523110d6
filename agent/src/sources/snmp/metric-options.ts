import type { Option } from '../../option.ts'
import { UNITS } from '@wardround/protocol'

const OID = {
  type: 'string',
  pattern: '^[0-2](\\.(0|[1-9][0-9]{0,9})){2,127}$',
  expected: {
    zh: '数字形式的 OID，开头没有点，如 1.3.6.1.2.1.33.1.2.4.0',
    en: 'an OID in numbers, without a dot before it, such as 1.3.6.1.2.1.33.1.2.4.0',
  },
} as const

const COLUMN = { type: 'integer', minimum: 1, maximum: 4_294_967_295 } as const

const STATES = {
  type: 'array',
  maxItems: 100,
  items: {
    type: 'object',
    properties: {
      value: { type: 'integer' },
      text: { type: 'string', minLength: 1 },
      zh: { type: 'string', minLength: 1 },
      en: { type: 'string', minLength: 1 },
    },
    required: ['value', 'zh', 'en'],
  },
} as const

/** The option `metrics` of an entry `type: snmp`: what a device without probes of its own gives. */
export const METRICS_OPTION = {
  type: 'array',
  default: [],
  maxItems: 50,
  items: {
    type: 'object',
    properties: {
      measurement: {
        type: 'string',
        pattern: '^[a-z][a-z0-9_]{0,63}$',
        expected: {
          zh: '小写字母、数字和下划线，如 ups_output',
          en: 'small letters, digits and underscores, such as ups_output',
        },
      },
      table: OID,
      maxRows: { type: 'integer', minimum: 1, maximum: 1000 },
      tags: {
        type: 'array',
        maxItems: 4,
        items: {
          type: 'object',
          properties: {
            name: {
              type: 'string',
              pattern: '^[a-z][a-z0-9_]{0,63}$',
              expected: { zh: '小写字母、数字和下划线', en: 'small letters, digits, underscores' },
            },
            column: COLUMN,
            index: { type: 'boolean' },
            value: { type: 'string', pattern: '^[^\\x00-\\x1f\\x7f]{1,256}$' },
          },
          required: ['name'],
        },
      },
      fields: {
        type: 'array',
        maxItems: 100,
        items: {
          type: 'object',
          properties: {
            name: {
              type: 'string',
              pattern: '^[a-z][a-z0-9_]{0,63}$',
              expected: {
                zh: '小写字母、数字和下划线，以单位结尾，如 load_percent',
                en: 'small letters, digits and underscores, the unit at the end, such as load_percent',
              },
            },
            oid: OID,
            column: COLUMN,
            kind: { type: 'string', enum: ['gauge', 'counter'] },
            unit: { type: 'string', enum: UNITS },
            scale: { type: 'number' },
            missing: { type: 'array', maxItems: 16, items: { type: 'number' } },
            states: STATES,
            zh: { type: 'string', minLength: 1 },
            en: { type: 'string', minLength: 1 },
          },
          required: ['name'],
        },
      },
    },
    required: ['measurement', 'fields'],
  },
  help: {
    zh: '本站自行描述的指标：标量（fields 中写 oid）或表（table 为条目 OID，fields 和 tags 中写 column），见 docs/snmp.zh-CN.md',
    en: 'Measurements that the site describes: scalars (`oid` in fields) or a table (`table` is the OID of its entry, `column` in fields and tags); see docs/snmp.md',
  },
} as const satisfies Option
