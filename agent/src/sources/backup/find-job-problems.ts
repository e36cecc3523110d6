import { isTimeZone, parseDurationMs } from '@wardround/program/running'
import type { OptionProblem } from '../../source.ts'

type Given = Readonly<Record<string, unknown>>

const KINDS = ['full', 'diff', 'incr']
/** What each tool needs, and which of these options it takes beside. */
const TOOLS: Readonly<Record<string, { needs: readonly string[]; takes: readonly string[] }>> = {
  pgbackrest: { needs: ['stanza'], takes: ['repo', 'configFile', 'program'] },
  file: { needs: ['files'], takes: ['trailer', 'trailerPattern'] },
  expdp: { needs: ['log', 'files'], takes: [] },
  restic: { needs: ['repository', 'passwordFile'], takes: ['select', 'program'] },
  borg: { needs: ['repository'], takes: ['passwordFile', 'select', 'program'] },
  report: { needs: [], takes: [] },
}
/** Those without a default: the others stand in every entry. */
const SPECIFIC = [
  ...new Set(Object.values(TOOLS).flatMap(({ needs, takes }) => [...needs, ...takes])),
]

/** What the options of a job can't say one by one. */
export function findJobProblems(given: Given): readonly OptionProblem[] {
  return [...scheduleProblems(given), ...toolProblems(given), ...fileProblems(given)]
}

/** A job has a schedule: what is not declared can't be missing. */
export function scheduleProblems({ schedule, at, timezone }: Given): OptionProblem[] {
  const problems: OptionProblem[] = []
  if ((schedule === undefined) === (at === undefined))
    problems.push({
      option: 'schedule',
      what: {
        zh: schedule === undefined ? '没有声明周期' : 'schedule 与 at 只能填一个',
        en:
          schedule === undefined ? 'no schedule is declared' : 'schedule and at exclude each other',
      },
      expected: { zh: 'schedule: 1d 或 at: "02:00"', en: 'schedule: 1d, or at: "02:00"' },
    })
  if (typeof schedule === 'string' && parseDurationMs(schedule) === 0) problems.push(NO_PERIOD)
  if (typeof timezone === 'string' && !isTimeZone(timezone))
    problems.push({
      option: 'timezone',
      what: { zh: `没有时区“${timezone}”`, en: `there is no time zone "${timezone}"` },
      expected: { zh: '如 Asia/Shanghai', en: 'such as Asia/Shanghai' },
    })
  return problems
}

const NO_PERIOD: OptionProblem = {
  option: 'schedule',
  what: { zh: '周期为 0', en: 'the schedule is no time at all' },
  expected: { zh: '大于 0 的时长，如 1d', en: 'more than 0, such as 1d' },
}

function toolProblems(given: Given): OptionProblem[] {
  const tool = String(given['tool'])
  const { needs, takes } = TOOLS[tool] ?? { needs: [], takes: [] }
  const missing = needs.filter((option) => given[option] === undefined)
  const strange = SPECIFIC.filter(
    (option) => given[option] !== undefined && !needs.includes(option) && !takes.includes(option),
  )
  return [
    ...missing.map((option) => ({
      option,
      what: { zh: `tool: ${tool} 需要 ${option}`, en: `tool: ${tool} needs ${option}` },
      expected: { zh: `${option}: …`, en: `${option}: …` },
    })),
    ...strange.map((option) => ({
      option,
      what: { zh: `tool: ${tool} 不用 ${option}`, en: `tool: ${tool} has no use for ${option}` },
      expected: { zh: `不含 ${option} 的条目`, en: `no ${option}` },
    })),
    ...kindProblems(tool, given),
  ]
}

function kindProblems(tool: string, { kind }: Given): OptionProblem[] {
  if (tool !== 'pgbackrest' || typeof kind !== 'string' || KINDS.includes(kind)) return []
  return [
    {
      option: 'kind',
      what: {
        zh: `pgBackRest 没有种类“${kind}”`,
        en: `pgBackRest has no kind "${kind}"`,
      },
      expected: { zh: KINDS.join('、'), en: `one of ${KINDS.join(', ')}` },
    },
  ]
}

function fileProblems({ tool, gzip, manifest, files, trailer, trailerPattern }: Given) {
  const problems: OptionProblem[] = []
  if (Array.isArray(files) && files.length === 0)
    problems.push({
      option: 'files',
      what: { zh: 'files 为空', en: 'files is empty' },
      expected: { zh: '至少一个路径', en: 'one path at least' },
    })
  problems.push(...wildcardProblems(files))
  const looks = [gzip === true, manifest === true].filter(Boolean).length
  const hasTrailer = trailer !== undefined || trailerPattern !== undefined
  if (looks > 0 && tool !== 'file')
    problems.push({
      option: gzip === true ? 'gzip' : 'manifest',
      what: { zh: '仅用于 tool: file', en: 'is for tool: file' },
      expected: { zh: 'tool: file', en: 'tool: file' },
    })
  if (looks > 1 || (manifest === true && hasTrailer))
    problems.push({
      option: 'manifest',
      what: {
        zh: 'manifest 不能与 gzip、trailer 同用',
        en: 'manifest goes with neither gzip nor a trailer',
      },
      expected: { zh: '每种文件一个作业', en: 'a job for each kind of file' },
    })
  return problems
}

/** Each file of each directory below would be looked at in each round. */
function wildcardProblems(files: unknown): OptionProblem[] {
  if (!Array.isArray(files)) return []
  return files.flatMap((path: unknown, at) =>
    String(path)
      .split(/[/\\]/)
      .some((part) => part.includes('**'))
      ? [
          {
            option: ['files', at],
            what: {
              zh: `${String(path)} 中有 **，这里不支持跨目录的通配符`,
              en: `${String(path)} has **, and no wildcard goes over directories here`,
            },
            expected: {
              zh: '每级目录各一个 * 的路径，如 /backup/*/*.dmp',
              en: 'a * for each directory, such as /backup/*/*.dmp',
            },
          },
        ]
      : [],
  )
}
