import type { SourceReference } from '../probe.ts'
import type { OptionProblem, Session, Source, SourceContext } from '../source.ts'
import { LOG_OPTIONS, type LogOptions } from './log/log-options.ts'
import { compileRules, describeSlowRules, findRuleProblems } from './log/log-rules.ts'
import type { LogSession } from './log/log-session.ts'
import { problemOfPath } from './log/named-family.ts'
import { loadedRe2, loadRe2 } from './re2-engine.ts'

/** For `source:` of a probe. */
export const log: SourceReference<LogSession> = { type: 'log' }

/** Logs of this host: files, through any rotation, or the journal of systemd, watched by rules. */
export const logSource: Source<LogSession> = {
  type: 'log',
  platforms: ['linux', 'darwin', 'win32'],
  options: LOG_OPTIONS,
  async load() {
    await loadRe2()
  },
  check(entry) {
    const options = asLogOptions(entry)
    return [...findPlaceProblems(options), ...findRuleProblems(loadedRe2(), options)]
  },
  notes(entry) {
    const options = asLogOptions(entry)
    const engine = loadedRe2()
    return engine === undefined ? [] : describeSlowRules(compileRules(engine, options), options)
  },
  async open(context: SourceContext): Promise<Session<LogSession>> {
    const { openLogs } = await import('./log/open-logs.ts')
    return openLogs(context, asLogOptions(context.options))
  },
}

function asLogOptions(entry: Readonly<Record<string, unknown>>): LogOptions {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the configuration was checked against the declaration
  return { pack: 'none', ...entry } as LogOptions
}

function findPlaceProblems({ files = [], journal }: LogOptions): OptionProblem[] {
  const expected = {
    zh: '绝对路径，如 /var/log/messages 或 /var/log/app/app-*.log',
    en: 'an absolute path, such as /var/log/messages or /var/log/app/app-*.log',
  }
  const problems = files.flatMap((path, at): OptionProblem[] => {
    const option = ['files', at]
    if (files.indexOf(path) !== at) return [{ option, ...givenTwice(path) }]
    const what = problemOfPath(path)
    return what === undefined ? [] : [{ option, what, expected }]
  })
  if ((files.length === 0) !== (journal === undefined)) return problems
  return [
    ...problems,
    {
      option: files.length === 0 ? 'files' : 'journal',
      what:
        files.length === 0
          ? { zh: '没有写明要看的日志', en: 'no log is named' }
          : { zh: 'files 与 journal 不能同时使用', en: 'files and journal exclude each other' },
      expected: { zh: 'files 或 journal 之一', en: 'either files or journal' },
    },
  ]
}

function givenTwice(path: string): Omit<OptionProblem, 'option'> {
  return {
    what: { zh: `${path} 出现了两次`, en: `${path} is given twice` },
    expected: { zh: '互不相同的路径', en: 'each file once' },
  }
}
