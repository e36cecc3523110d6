import {
  chooseLanguage,
  EXIT,
  type Language,
  type LocalizedText,
  pickText,
  reportFailure,
} from '@wardround/program'
import { Command, CommanderError, Option } from 'commander'
import { checkConfig } from './commands/check-config.ts'
import type { CommonOptions } from './commands/common-options.ts'
import { createToken } from './commands/create-token.ts'
import { exportJournal, repairJournalFiles, verifyJournalFiles } from './commands/journal.ts'
import { run } from './commands/run.ts'
import { VERSION } from './version.ts'

/** The commands of `wardround-collector`; sets process.exitCode (interfaces.md). */
export async function runCommandLine(argv: readonly string[]): Promise<void> {
  const language = languageOf(argv)
  try {
    await buildProgram(language).parseAsync([...argv])
  } catch (error) {
    process.exitCode =
      error instanceof CommanderError ? exitCodeOf(error) : reportFailure(error, language)
  }
}

/** Before anything is parsed: help and usage errors are in the reader's language too. */
function languageOf(argv: readonly string[]): Language {
  const at = argv.findIndex((word) => word === '--lang' || word.startsWith('--lang='))
  const given = at < 0 ? undefined : (argv[at]?.split('=')[1] ?? argv[at + 1])
  return chooseLanguage(given, process.env)
}

/** commander has printed help or what is wrong. */
function exitCodeOf({ exitCode }: CommanderError): number {
  return exitCode === 0 ? EXIT.done : EXIT.usage
}

function buildProgram(language: Language): Command {
  const say = (zh: string, en: string) => pickText({ zh, en }, language)
  const program = new Command('wardround-collector')
    .description(
      say(
        '监控中心：接收各主机采集代理的数据，落盘保存，按规则告警，并提供网页与 API',
        'The collector: takes what the agents of all hosts send, keeps it on disk, raises alerts by rules, and serves page and API',
      ),
    )
    .exitOverride()
    .configureHelp({ styleTitle: (title) => (language === 'en' ? title : titleInChinese(title)) })
    .showHelpAfterError(say('（--help 查看用法）', '(--help shows how it is used)'))
    .helpOption('-h, --help', say('显示帮助', 'Show this help'))
    .helpCommand(false)
  addRun(program, language)
  addCheckConfig(program, language)
  addToken(program, language)
  addJournal(program, language)
  program
    .command('version')
    .description(say('显示版本', 'Print the version'))
    .action(() => void process.stdout.write(`${VERSION}\n`))
  return program
}

/** commander's own headings. */
function titleInChinese(title: string): string {
  const known: Readonly<Record<string, string>> = {
    'Usage:': '用法：',
    'Options:': '选项：',
    'Commands:': '命令：',
    'Arguments:': '参数：',
  }
  return known[title] ?? title
}

/** A command with the options that all have. */
function addCommand(
  parent: Command,
  usage: string,
  about: LocalizedText,
  language: Language,
): Command {
  const say = (zh: string, en: string) => pickText({ zh, en }, language)
  return parent
    .command(usage)
    .description(pickText(about, language))
    .option(
      '--config <file>',
      say(
        '配置文件（默认 /etc/wardround/collector.yaml，不存在时全用默认值）',
        'Configuration (default /etc/wardround/collector.yaml; where that is missing, defaults)',
      ),
    )
    .option(
      '--state <dir>',
      say(
        '状态目录，替代配置中的 state',
        'State directory, instead of what the configuration says',
      ),
    )
    .addOption(
      new Option('--lang <language>', say('提示语言', 'Language of messages')).choices([
        'zh-CN',
        'en',
      ]),
    )
}

function addRun(program: Command, language: Language): void {
  const about = {
    zh: '运行监控中心，直到收到 TERM 或 INT；HUP 重新读取配置与规则',
    en: 'Run the collector until TERM or INT; HUP re-reads configuration and rules',
  }
  addCommand(program, 'run', about, language)
    .option(
      '--listen <host:port>',
      pickText(
        {
          zh: '监听地址；端口 0 表示任意空闲端口，日志中给出实际端口',
          en: 'Where to listen; port 0 takes any that is free, and the log says which',
        },
        language,
      ),
    )
    .action((options: CommonOptions & { listen?: string }) => run(options, language))
}

function addCheckConfig(program: Command, language: Language): void {
  const about = {
    zh: '检查配置与规则，不启动；有误时给出 文件:行:列，退出码 78',
    en: 'Check configuration and rules without starting; mistakes as file:line:column, exit code 78',
  }
  addCommand(program, 'check-config', about, language).action((options: CommonOptions) =>
    checkConfig(options, language),
  )
}

function addToken(program: Command, language: Language): void {
  const token = program
    .command('token')
    .description(pickText({ zh: '令牌', en: 'Tokens' }, language))
    .helpCommand(false)
  const about = {
    zh: '为主机 NAME 的采集代理生成令牌并打印一次；监控中心运行与否均可',
    en: 'Make a token for the agent of host NAME and print it once; whether the collector runs or not',
  }
  addCommand(token, 'create <name>', about, language)
    .option(
      '--api',
      pickText(
        {
          zh: '改为生成读取 API 的令牌，NAME 只是标记',
          en: 'A token to read the API instead; NAME is a label',
        },
        language,
      ),
    )
    .action((name: string, options: CommonOptions & { api?: boolean }) =>
      createToken(name, options, language),
    )
}

function addJournal(program: Command, language: Language): void {
  const journal = program
    .command('journal')
    .description(
      pickText(
        { zh: '检查、导出、修复收件日志', en: 'Check, export and repair the journal on disk' },
        language,
      ),
    )
    .helpCommand(false)
  const verify = {
    zh: '读取全部日志并报告损坏，不作改动；监控中心运行时也可用',
    en: 'Read all of the journal and tell what is damaged; changes nothing, also while the collector runs',
  }
  addCommand(journal, 'verify', verify, language).action((options: CommonOptions) =>
    verifyJournalFiles(options, language),
  )
  const exported = {
    zh: '把日志中可读的记录逐行导出为 JSON（标准输出）',
    en: 'Write every readable record as a line of JSON to stdout',
  }
  addCommand(journal, 'export', exported, language).action((options: CommonOptions) =>
    exportJournal(options),
  )
  const repair = {
    zh: '隔离损坏部分，使日志恢复完好；须先停止监控中心',
    en: 'Put what is damaged aside, so that the journal is sound again; stop the collector first',
  }
  addCommand(journal, 'repair', repair, language).action((options: CommonOptions) =>
    repairJournalFiles(options, language),
  )
}
