import { posix } from 'node:path'
import { parseDurationMs } from '@wardround/program/running'
import { asRecord } from '../../as-record.ts'
import type { Options } from '../../option.ts'
import type { OptionProblem } from '../../source.ts'
import { DATABASE_TAG, tagValue } from '../option-kinds.ts'
import { toPlace, type Place } from './list-place.ts'

const ABSOLUTE = { zh: '绝对路径', en: 'an absolute path' }

/** What an entry of type `backupcopy` takes. */
export const COPY_OPTIONS = {
  job: {
    ...tagValue('hcdb1-full'),
    help: {
      zh: '备份作业名：该副本属于哪个备份作业，标签 job',
      en: 'Name of the backup job whose copies these are: the tag job',
    },
  },
  database: DATABASE_TAG,
  first: {
    type: 'object',
    properties: {
      directory: {
        type: 'string',
        pattern: '^/',
        expected: ABSOLUTE,
        help: {
          zh: '第一份备份的目录，含子目录',
          en: 'Directory of the first copy, with what is below it',
        },
      },
      files: {
        type: 'string',
        pattern: '^/',
        expected: ABSOLUTE,
        help: {
          zh: '只比较部分文件时写通配符，如 /backup/hcdb1/*.dmp、/backup/**/*.bak（* 不跨目录，** 跨目录）',
          en: 'Where only some files count: /backup/hcdb1/*.dmp, /backup/**/*.bak (* within a name, ** over directories)',
        },
      },
    },
    help: { zh: '第一份备份：directory 或 files', en: 'The first copy: directory or files' },
  },
  second: {
    type: 'object',
    properties: {
      directory: {
        type: 'string',
        pattern: '^/',
        expected: ABSOLUTE,
        help: {
          zh: '另一设备上的目录，其中的相对路径与第一份相同',
          en: 'Directory on the other device, laid out as the first',
        },
      },
      removable: {
        type: 'boolean',
        default: false,
        help: {
          zh: '平时不接入的设备：不在时保留上次比对的结果，只计时长；不设时，不在即算缺失',
          en: 'A device that is attached now and then: while it is not there, only the age goes on; without this, not there is missing',
        },
      },
    },
    help: {
      zh: '第二份备份；不写则由人工登记（wardround-agent backup attest）',
      en: 'The second copy; where it is left out a person attests it (wardround-agent backup attest)',
    },
  },
  sha256: {
    type: 'boolean',
    default: true,
    help: {
      zh: '除文件名和大小外，再比较 SHA-256；每个文件只读一次',
      en: 'Compare SHA-256 beside name and size; each file is read once',
    },
  },
  rate: {
    type: 'string',
    pattern: '^\\d{1,4}(\\.\\d+)?(KB|MB|GB)$',
    expected: { zh: '每秒字节数，如 20MB', en: 'bytes per second, such as 20MB' },
    default: '20MB',
    help: {
      zh: '读取文件计算 SHA-256 的最高速率（每秒），两份合计',
      en: 'Highest rate at which files are read for SHA-256, per second, both copies together',
    },
  },
  schedule: {
    type: 'duration',
    default: '1d',
    help: { zh: '多久应有一份新的副本', en: 'How often there is to be a new copy' },
  },
  grace: {
    type: 'duration',
    default: '2h',
    help: {
      zh: '备份完成后多久内应复制完毕；超过 schedule + grace 即为迟到',
      en: 'Time in which a backup is to be copied; older than schedule + grace is late',
    },
  },
  rehashAfter: {
    type: 'duration',
    help: {
      zh: '多久后重新读取文件（发现介质老化）；不写则每个文件只读一次',
      en: 'Read files again after so long, to find a medium that decays; each is read once where this is not given',
    },
  },
} as const satisfies Options

export interface CopySettings {
  readonly job: string
  readonly database: string
  readonly periodMs: number
  readonly graceMs: number
  /** Undefined: a person attests the copy. */
  readonly comparison: CopyComparison | undefined
}

export interface CopyComparison {
  readonly first: Place
  readonly second: Place
  readonly isRemovable: boolean
  readonly usesSha256: boolean
  readonly bytesPerSecond: number
  readonly rehashAfterMs: number | undefined
}

/** @param options checked, defaults filled in */
export function toCopySettings(options: Readonly<Record<string, unknown>>): CopySettings {
  return {
    job: String(options['job']),
    database: typeof options['database'] === 'string' ? options['database'] : '',
    periodMs: parseDurationMs(String(options['schedule'])),
    graceMs: parseDurationMs(String(options['grace'])),
    comparison: options['second'] === undefined ? undefined : toComparison(options),
  }
}

function toComparison(options: Readonly<Record<string, unknown>>): CopyComparison {
  const { directory, files } = asRecord(options['first'])
  const second = asRecord(options['second'])
  const first =
    typeof files === 'string'
      ? toPlace(files)
      : { directory: String(directory), pattern: undefined }
  const { rehashAfter } = options
  return {
    first,
    second: { directory: String(second['directory']), pattern: first.pattern },
    isRemovable: second['removable'] === true,
    usesSha256: options['sha256'] !== false,
    bytesPerSecond: parseRate(String(options['rate'])),
    rehashAfterMs: typeof rehashAfter === 'string' ? parseDurationMs(rehashAfter) : undefined,
  }
}

const UNITS: Readonly<Record<string, number>> = { KB: 1e3, MB: 1e6, GB: 1e9 }

function parseRate(text: string): number {
  const [, amount, unit = ''] = /^([\d.]+)([A-Z]+)$/.exec(text) ?? []
  return Math.max(1_000, Number(amount) * (UNITS[unit] ?? 1e6))
}

/** What the options can't say one by one. */
export function findCopyProblems({
  first,
  second,
}: Readonly<Record<string, unknown>>): readonly OptionProblem[] {
  const { directory, files } = asRecord(first ?? {})
  const isGiven = (directory === undefined) !== (files === undefined)
  if (second === undefined)
    return first === undefined
      ? []
      : [
          {
            option: 'first',
            what: { zh: '没有第二份可比较', en: 'there is no second copy to compare with' },
            expected: {
              zh: 'second: {directory: …}；人工登记的任务不写 first',
              en: 'second: {directory: …}; no first where a person attests the copy',
            },
          },
        ]
  if (!isGiven)
    return [
      {
        option: first === undefined ? 'second' : 'first',
        what: { zh: '第一份备份的位置不明确', en: 'where the first copy lies is not clear' },
        expected: {
          zh: 'first 中写 directory 或 files，二者之一',
          en: 'first with either directory or files',
        },
      },
    ]
  const other = asRecord(second)['directory']
  const from = typeof files === 'string' ? toPlace(files).directory : directory
  if (typeof from === 'string' && typeof other === 'string') return problemsOfPlaces(from, other)
  return [
    {
      option: 'second',
      what: { zh: '没有第二份备份的目录', en: 'the directory of the second copy is missing' },
      expected: { zh: 'second: {directory: …}', en: 'second: {directory: …}' },
    },
  ]
}

/** A copy that lies in the other is none: what takes the one takes both. */
function problemsOfPlaces(from: string, second: string): OptionProblem[] {
  if (!isWithin(from, second) && !isWithin(second, from)) return []
  return [
    {
      option: ['second', 'directory'],
      what: {
        zh: `与第一份备份的目录 ${from} 相同，或一个在另一个之中`,
        en: `it is the first copy's ${from}, or one lies within the other`,
      },
      expected: {
        zh: '另一设备上的目录，与第一份互不包含',
        en: 'a directory on another device, outside of the first',
      },
    },
  ]
}

function isWithin(outer: string, inner: string): boolean {
  const [around, within] = [outer, inner].map((path) => `${posix.resolve(path)}/`)
  return around === '//' || within?.startsWith(around ?? '') === true
}
