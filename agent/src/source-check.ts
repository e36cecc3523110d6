import { nearestName, type ConfigProblem, type Located } from '@wardround/program'
import { asRecord } from './as-record.ts'
import type { AgentConfig } from './config.ts'
import { DeclaredNames } from './declared-names.ts'
import { listStatements } from './listed-statements.ts'
import { findOptionProblems } from './option-check.ts'
import type { Probe } from './probe.ts'
import type { OptionProblem, Source } from './source.ts'

/** What an entry of `sources:` goes by: its name, else the instance, device, job or flow that it is about, else its type. */
export function nameOfSource(entry: unknown): string {
  const { type, instance, subject, job, flow, name } = asRecord(entry)
  return String(name ?? instance ?? subject ?? job ?? flow ?? type)
}

/** What no schema can say of `sources:`: names given twice, statements that there are none of, what a source itself finds wrong. */
export function findSourceProblems(
  config: Located<AgentConfig>,
  sources: readonly Source<unknown>[],
  probes: readonly Probe[],
): ConfigProblem[] {
  const names = new Set<string>()
  const servers = new Map<string, string>()
  const measurements = new DeclaredNames(probes)
  return config.value.sources.flatMap((entry, index) => {
    const name = nameOfSource(entry)
    const problems = names.has(name)
      ? [givenTwice(config, index, name)]
      : sameServerProblems(config, index, entry, servers)
    names.add(name)
    const source = sources.find(({ type }) => type === asRecord(entry)['type'])
    if (source === undefined) return problems
    return [
      ...problems,
      ...offProblems(config, index, entry, source, probes),
      ...findOptionProblems(source.options ?? {}, asRecord(entry), ['sources', index], config),
      ...checkOptions(source, asRecord(entry), measurements).map(({ option, what, expected }) =>
        config.problem(['sources', index, option].flat(), what, expected),
      ),
    ]
  })
}

/** What it describes by itself is looked at once the rest is right. */
function checkOptions(
  source: Source<unknown>,
  options: Readonly<Record<string, unknown>>,
  measurements: DeclaredNames,
): readonly OptionProblem[] {
  const problems = source.check?.(options) ?? []
  if (problems.length > 0 || source.declares === undefined) return problems
  return measurements.add(source.declares(options))
}

/** Two sources of one type with one instance, device or copy of a job write the same series; with one address (and context) they ask one server twice. */
function sameServerProblems(
  config: Located<AgentConfig>,
  index: number,
  entry: unknown,
  servers: Map<string, string>,
): ConfigProblem[] {
  const { type, ...options } = asRecord(entry)
  return ['instance', 'subject', 'job', 'flow', 'connect'].flatMap((option) => {
    const value = options[option]
    if (typeof value !== 'string') return []
    const context = contextOf(option, options)
    const key = `${String(type)} ${option} ${value} ${context}`
    const other = servers.get(key)
    servers.set(key, nameOfSource(entry))
    if (other === undefined) return []
    return [
      config.problem(
        ['sources', index, option],
        {
          zh: `数据源“${other}”已经使用 ${option}: ${value}`,
          en: `source "${other}" has ${option}: ${value} already`,
        },
        { zh: `互不相同的 ${option}`, en: `another ${option}` },
      ),
    ]
  })
}

/** A container's name asks another server at the same address; a job has copies, the first where none is named. */
function contextOf(option: string, { context, copy }: Readonly<Record<string, unknown>>): string {
  if (option === 'connect') return JSON.stringify(context ?? '')
  return option === 'job' ? JSON.stringify(copy ?? 1) : ''
}

function givenTwice(config: Located<AgentConfig>, index: number, name: string): ConfigProblem {
  return config.problem(
    ['sources', index],
    { zh: `数据源“${name}”出现了两次`, en: `source "${name}" is given twice` },
    { zh: '互不相同的 name', en: 'a name of its own for each' },
  )
}

/** `off` names statements, or the beginning of their ids. */
function offProblems(
  config: Located<AgentConfig>,
  index: number,
  entry: unknown,
  source: Source<unknown>,
  probes: readonly Probe[],
): ConfigProblem[] {
  const off: unknown = asRecord(entry)['off']
  if (!Array.isArray(off)) return []
  const statements = listStatements(source, probes).map(({ statement }) => statement)
  const ids = [...new Set(statements.filter(({ isNeeded }) => !isNeeded).map(({ id }) => id))]
  return off.flatMap((written, at) => {
    const name = String(written)
    if (ids.some((id) => id === name || id.startsWith(`${name}.`))) return []
    const near = nearestName(name, ids)
    return [
      config.problem(
        ['sources', index, 'off', at],
        {
          zh: `没有可停用的语句“${name}”${near === undefined ? '' : `；是否想写“${near}”？`}`,
          en: `there is no statement "${name}" that can be switched off${near === undefined ? '' : `; did you mean "${near}"?`}`,
        },
        {
          zh: `wardround-agent statements ${source.type} 列出的编号或其前缀`,
          en: `an id, or the beginning of one, that wardround-agent statements ${source.type} lists`,
        },
      ),
    ]
  })
}
