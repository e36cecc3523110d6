import type { Options } from '../../option.ts'
import { DATABASE_KINDS, DATABASE_OPTIONS } from '../database/database-options.ts'
import { DATABASE_TAG, tagValue } from '../option-kinds.ts'

/** What an entry of type `restoretest` takes. */
export const RESTORE_OPTIONS = {
  job: {
    ...tagValue('hcdb1-full'),
    help: { zh: '备份作业名，标签 job', en: 'Name of the backup job: the tag job' },
  },
  database: DATABASE_TAG,
  declared: {
    type: 'string',
    pattern: '^\\d{4}-\\d{2}-\\d{2}$',
    expected: { zh: '日期，如 2026-01-01', en: 'a date, such as 2026-01-01' },
    help: {
      zh: '从哪一天起要求还原测试（如合同开始日）；从未测试过时，时长从这一天算起。不写则从首次声明算起',
      en: 'Since when tests are owed (the contract’s first day): the age while none is recorded counts from here; from the first run where it is not given',
    },
  },
  compare: {
    type: 'object',
    required: ['type', 'production', 'restored'],
    properties: {
      type: {
        type: 'string',
        enum: DATABASE_KINDS,
        help: { zh: '两个数据库的类型', en: 'What both databases are' },
      },
      production: {
        type: 'object',
        required: ['connect', 'user'],
        properties: DATABASE_OPTIONS,
        help: { zh: '在用的生产库', en: 'The database in production' },
      },
      restored: {
        type: 'object',
        required: ['connect', 'user'],
        properties: DATABASE_OPTIONS,
        help: { zh: '从备份还原出的库', en: 'The one that was restored' },
      },
      tables: {
        type: 'array',
        maxItems: 500,
        default: ['*'],
        items: { type: 'string', minLength: 1 },
        help: {
          zh: '要比对的表，写 模式.表（MySQL 为 库.表），可用 *；以 ! 开头的除外',
          en: 'Tables to compare, as SCHEMA.TABLE (MySQL: DATABASE.TABLE), * for any characters; those that begin with ! are left out',
        },
      },
      filters: {
        type: 'array',
        maxItems: 500,
        uniqueBy: 'table',
        default: [],
        items: {
          type: 'object',
          required: ['table', 'where'],
          properties: {
            table: { type: 'string', minLength: 1 },
            where: { type: 'string', minLength: 1 },
          },
        },
        help: {
          zh: '只比对部分行，如备份之前的：{table: his.visit, where: "created < \'2026-11-01\'"}',
          en: 'Only some rows, such as those from before the backup: {table: his.visit, where: "created < \'2026-11-01\'"}',
        },
      },
      counts: {
        type: 'array',
        maxItems: 200,
        uniqueBy: 'name',
        default: [],
        items: {
          type: 'object',
          required: ['name', 'statement'],
          properties: {
            name: { type: 'string', pattern: '^[^\\u0000-\\u001f]{1,64}$' },
            statement: { type: 'string', minLength: 1 },
          },
        },
        help: {
          zh: '两边各执行一次的只读计数语句，结果应相同；Oracle 只用这种方式比对',
          en: 'Reading SELECTs of a number, asked of both; the only comparison for Oracle',
        },
      },
      maxTables: {
        type: 'integer',
        minimum: 1,
        maximum: 5_000,
        default: 500,
        help: { zh: '最多比对多少张表', en: 'Tables that are compared at most' },
      },
      maxRows: {
        type: 'integer',
        minimum: 1,
        maximum: 1_000_000_000,
        default: 1_000_000,
        help: {
          zh: '超过这么多行的表不比对（会说明）',
          en: 'A table with more rows is left out, and that is said',
        },
      },
      timeout: {
        type: 'duration',
        default: '60s',
        help: { zh: '每条语句的最长时间', en: 'Longest time for each statement' },
      },
    },
    help: {
      zh: '与生产库比对（wardround-agent backup compare）',
      en: 'Comparison with production (wardround-agent backup compare)',
    },
  },
} as const satisfies Options
