import { parseBytes } from '@wardround/program/running'
import { KeptFile } from '../../kept-file.ts'
import { ProbeError } from '../../probe.ts'
import type { Session, SourceContext } from '../../source.ts'
import { Commands } from '../commands.ts'
import { loadRe2 } from '../re2-engine.ts'
import { RuleError } from './compile-rule.ts'
import { findJournalctl, journalLabel, type JournalChoice } from './journal-command.ts'
import { isSavedJournal, JournalFollower } from './journal-follower.ts'
import { JournalReader } from './journal-reader.ts'
import { makeLineFilter } from './line-filter.ts'
import { LogFiles } from './log-files.ts'
import type { LogOptions } from './log-options.ts'
import type { LogRule } from './log-rule.ts'
import { compileRules, describeSlowRules } from './log-rules.ts'
import { makeBounds, type LogSession, type WatchedLog } from './log-session.ts'
import { toEncoding } from './log-text.ts'
import { namedFamily } from './named-family.ts'
import { RULE_PACKS } from './packs/rule-pack.ts'

/** The logs of an entry, opened when they are first read. */
interface OpenedLogs extends AsyncDisposable {
  logs(): Promise<readonly WatchedLog[]>
}

/**
 * Puts a session together. Nothing is read before the probe asks.
 * @param journalctl another program in its place
 * @throws ProbeError UNREADABLE for a rule that is no expression of RE2
 */
export async function openLogs(
  context: SourceContext,
  options: LogOptions,
  journalctl = findJournalctl(),
): Promise<Session<LogSession>> {
  const rules = await compile(options)
  const { journal } = options
  const opened =
    journal === undefined
      ? openFiles(context, options, rules)
      : openJournal(context, journal, journalctl)
  const maxBytes = parseBytes(options.maxBytesPerRun)
  return {
    subject: '',
    session: {
      name: context.name,
      rules,
      notes: describeSlowRules(rules, options),
      excerpt: options.excerpt,
      logs: () => opened.logs(),
      bounds: (signal) => makeBounds(maxBytes, context.clocks, signal),
    },
    [Symbol.asyncDispose]: () => opened[Symbol.asyncDispose](),
  }
}

function openFiles(
  context: SourceContext,
  { files: paths = [], pack, ...options }: LogOptions,
  rules: readonly LogRule[],
): OpenedLogs {
  const files = new LogFiles(context)
  const encoding = toEncoding(options.encoding)
  const { continues } = RULE_PACKS[pack]
  const filter = makeLineFilter(rules, encoding)
  const open = async (path: string): Promise<WatchedLog> => {
    const how = { family: namedFamily(path), encoding, continues, filter }
    const follower = await files.follow(path, how)
    return { follower, read: (onRecord, bounds) => files.read(follower, onRecord, bounds) }
  }
  return {
    logs: () => Promise.all(paths.map(open)),
    [Symbol.asyncDispose]: () => files[Symbol.asyncDispose](),
  }
}

function openJournal(
  context: SourceContext,
  choice: JournalChoice,
  journalctl: string,
): OpenedLogs {
  const commands = new Commands()
  const follower = new JournalFollower({
    label: journalLabel(choice),
    reader: new JournalReader(commands, journalctl, choice),
    kept: new KeptFile(context, 'journal', isSavedJournal),
    clocks: context.clocks,
    isPaused: () => context.memory.pausedSinceMs !== undefined,
  })
  const log: WatchedLog = {
    follower,
    read: (onRecord, bounds, remark) => follower.read(onRecord, bounds, remark),
  }
  return {
    logs: async () => [log],
    async [Symbol.asyncDispose]() {
      commands[Symbol.dispose]()
      await follower[Symbol.asyncDispose]()
    },
  }
}

async function compile(options: LogOptions): Promise<readonly LogRule[]> {
  try {
    return compileRules(await loadRe2(), options)
  } catch (error) {
    if (!(error instanceof RuleError)) throw error
    throw new ProbeError(
      'UNREADABLE',
      { zh: `规则无法使用：${error.zh}`, en: `a rule can't be used: ${error.message}` },
      { cause: error },
    )
  }
}
