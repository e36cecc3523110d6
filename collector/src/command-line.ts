import { CommandLine, type Language, runCommandLine } from '@wardround/program'
import { Option, type Command } from 'commander'
import { addBackfill } from './commands/add-backfill.ts'
import { checkConfig } from './commands/check-config.ts'
import type { CommonOptions } from './commands/common-options.ts'
import { createToken } from './commands/create-token.ts'
import { retireHost } from './commands/host.ts'
import { exportJournalFiles, repairJournalFiles, verifyJournalFiles } from './commands/journal.ts'
import { exportRuleFile, type ExportOptions } from './commands/export-rules.ts'
import { installDashboards, type InstallDashboardsOptions } from './commands/install-dashboards.ts'
import { run } from './commands/run.ts'
import { listSubjects, moveSubject, removeSubject } from './commands/subject.ts'
import { testRules } from './commands/test-rules.ts'
import { testNotify } from './commands/test-notify.ts'
import {
  createWriteToken,
  listTokens,
  revokeWriteToken,
  type WriteTokenOptions,
} from './commands/write-token.ts'
import { BOARD_STORES } from './grafana/read-boards.ts'
import { VERSION } from './version.ts'

/** The commands of `wardround-collector`; sets process.exitCode (interfaces.md). */
export function runCollectorCommand(argv: readonly string[]): Promise<void> {
  return runCommandLine(argv, buildProgram)
}

function buildProgram(language: Language): Command {
  const about = {
    zh: '监控中心：接收各主机采集代理的数据，落盘保存，按规则告警，并提供网页与 API',
    en: 'The collector: takes what the agents of all hosts send, keeps it on disk, raises alerts by rules, and serves page and API',
  }
  const line = new CommandLine('wardround-collector', about, language)
  addRun(line)
  addCheckConfig(line)
  addTestRules(line)
  addExportRules(line)
  addTestNotify(line)
  addToken(line)
  addSubject(line)
  addHost(line)
  addBackfill(line)
  addJournal(line)
  addDashboards(line)
  line
    .plain('version', { zh: '显示版本', en: 'Print the version' })
    .action(() => void process.stdout.write(`${VERSION}\n`))
  return line.program
}

function addRun(line: CommandLine): void {
  const about = {
    zh: '运行监控中心，直到收到 TERM 或 INT；HUP 重新读取配置与规则',
    en: 'Run the collector until TERM or INT; HUP re-reads configuration and rules',
  }
  const listen = {
    zh: '监听地址；端口 0 表示任意空闲端口，日志中给出实际端口',
    en: 'Where to listen; port 0 takes any that is free, and the log says which',
  }
  line
    .command('run', about)
    .option('--listen <host:port>', line.say(listen))
    .action((options: CommonOptions) => run(options, line.language))
}

function addCheckConfig(line: CommandLine): void {
  const about = {
    zh: '检查配置与规则，不启动；有误时给出 文件:行:列，退出码 78',
    en: 'Check configuration and rules without starting; mistakes as file:line:column, exit code 78',
  }
  line
    .command('check-config', about)
    .action((options: CommonOptions) => checkConfig(options, line.language))
}

function addTestRules(line: CommandLine): void {
  const about = {
    zh: '运行规则的单元测试（YAML）：给定输入，逐条核对告警；没有配置时测试自带规则',
    en: 'Run unit tests of rules (YAML): what comes in, and every alert that must come of it; without a configuration, of the rules that come with Wardround',
  }
  line
    .command('test-rules <file...>', about)
    .action((files: string[], options: CommonOptions) => testRules(files, options, line.language))
}

function addExportRules(line: CommandLine): void {
  const about = {
    zh: '把规则导出为 Prometheus 规则文件；PromQL 无法表达的规则列为注释并说明原因',
    en: 'Write the rules as a rule file of Prometheus; those that PromQL can not say stand there as comments, with the reason',
  }
  const language = { zh: '告警文字的语言', en: "Language of the alerts' texts" }
  const out = { zh: '写入此文件而不是标准输出', en: 'Write to this file instead of stdout' }
  line
    .command('export-rules', about)
    .addOption(new Option('--language <language>', line.say(language)).choices(['zh-CN', 'en']))
    .option('--out <file>', line.say(out))
    .action((options: ExportOptions) => exportRuleFile(options, line.language))
}

function addTestNotify(line: CommandLine): void {
  const about = {
    zh: '向告警通道发送一条样例消息，打印完整的请求与应答（密钥已隐去）；监控中心运行与否均可',
    en: 'Send a sample to the channels and print request and answer in full, secrets masked; whether the collector runs or not',
  }
  const channel = { zh: '只发给这个通道', en: 'Only to this channel' }
  line
    .command('test-notify', about)
    .option('--channel <name>', line.say(channel))
    .action((options: CommonOptions & { channel?: string }) => testNotify(options, line.language))
}

function addToken(line: CommandLine): void {
  const about = { zh: '生成、查看、吊销令牌', en: 'Make, show and revoke tokens' }
  const token = line.group('token', about)
  addTokenCreate(line, token)
  const list = {
    zh: '列出令牌：种类、名称、生成时间；写入令牌另有项目、角色与主机。不显示令牌本身',
    en: 'List tokens: kind, name, when they were made; of write tokens also project, role and hosts. Never the tokens themselves',
  }
  line
    .command('list', list, token)
    .action((options: CommonOptions) => listTokens(options, line.language))
  const revoke = {
    zh: '吊销名为 NAME 的写入令牌，立即生效；已有数据保留',
    en: 'Revoke the write token NAME, at once; its data stays',
  }
  line
    .command('revoke <name>', revoke, token)
    .action((name: string, options: CommonOptions) =>
      revokeWriteToken(name, options, line.language),
    )
}

function addTokenCreate(line: CommandLine, token: Command): void {
  const about = {
    zh: '为主机 NAME 的采集代理生成令牌并打印一次；监控中心运行与否均可',
    en: 'Make a token for the agent of host NAME and print it once; whether the collector runs or not',
  }
  const api = {
    zh: '改为生成读取 API 的令牌，NAME 只是标记',
    en: 'A token to read the API instead; NAME is a label',
  }
  const write = {
    zh: '改为生成写入令牌，供 Telegraf 等以行协议写入，NAME 只是标记；须指定 --project 与 --host',
    en: 'A token to write line protocol instead, for Telegraf and others; NAME is a label; wants --project and --host',
  }
  const project = { zh: '写入令牌：所属项目', en: 'Of a write token: the project' }
  const role = { zh: '写入令牌：主机的角色', en: 'Of a write token: the role of its hosts' }
  const host = {
    zh: '写入令牌：允许写入的主机，可用 * 通配；可重复',
    en: 'Of a write token: a host that it may write, * for any letters; may be repeated',
  }
  line
    .command('create <name>', about, token)
    .option('--api', line.say(api))
    .addOption(new Option('--write', line.say(write)).conflicts('api'))
    .option('--project <project>', line.say(project))
    .option('--role <role>', line.say(role))
    .option('--host <host...>', line.say(host))
    .action((name: string, options: WriteTokenOptions & { api?: boolean; write?: boolean }) =>
      options.write === true
        ? createWriteToken(name, options)
        : createToken(name, options, line.language),
    )
}

function addSubject(line: CommandLine): void {
  const about = {
    zh: '查看、移交、移除由采集代理轮询的设备',
    en: 'Show, hand over and remove devices that agents poll',
  }
  const subject = line.group('subject', about)
  const list = {
    zh: '列出设备和轮询它的主机',
    en: 'List devices with the hosts that poll them',
  }
  line
    .command('list', list, subject)
    .action((options: CommonOptions) => listSubjects(options, line.language))
  const move = {
    zh: '把设备 NAME 移交给另一台主机的采集代理',
    en: 'Hand device NAME over to the agent of another host',
  }
  const to = {
    zh: '接手的主机；应先在它的 agent.yaml 中配置该设备',
    en: 'The host that takes over; its agent.yaml should name the device',
  }
  line
    .command('move <name>', move, subject)
    .requiredOption('--to <host>', line.say(to))
    .action((name: string, options: CommonOptions & { to: string }) =>
      moveSubject(name, options, line.language),
    )
  const remove = {
    zh: '移除设备 NAME，并结束它的告警；已有数据保留，仍在轮询它的代理会重新登记',
    en: 'Remove device NAME and end its alerts; its data stays, and an agent that still polls it takes it again',
  }
  line
    .command('remove <name>', remove, subject)
    .action((name: string, options: CommonOptions) => removeSubject(name, options, line.language))
}

function addHost(line: CommandLine): void {
  const about = {
    zh: '停止监控不再使用的主机、设备与实例',
    en: 'Retire hosts, devices and instances that are no more',
  }
  const host = line.group('host', about)
  const retire = {
    zh: '停止监控主机或设备 NAME：结束它的全部告警，不再因收不到数据而告警；已有数据保留',
    en: 'Retire host or device NAME: its alerts end, and nobody misses it any more; its data stays',
  }
  const instance = {
    zh: '只停止监控其中的一个实例，例如 instance=his；可重复，须全部符合',
    en: 'Only an instance on it, for example instance=his; several must all fit',
  }
  line
    .command('retire <name>', retire, host)
    .option('--instance <tag=value...>', line.say(instance))
    .action((name: string, options: CommonOptions & { instance?: string[] }) =>
      retireHost(name, options, line.language),
    )
}

function addJournal(line: CommandLine): void {
  const about = {
    zh: '检查、导出、修复收件日志',
    en: 'Check, export and repair the journal on disk',
  }
  const journal = line.group('journal', about)
  const verify = {
    zh: '读取全部日志并报告损坏，不作改动；监控中心运行时也可用',
    en: 'Read all of the journal and tell what is damaged; changes nothing, also while the collector runs',
  }
  line
    .command('verify', verify, journal)
    .action((options: CommonOptions) => verifyJournalFiles(options, line.language))
  const exported = {
    zh: '把日志中可读的记录逐行导出为 JSON（标准输出）',
    en: 'Write every readable record as a line of JSON to stdout',
  }
  line
    .command('export', exported, journal)
    .action((options: CommonOptions) => exportJournalFiles(options))
  const repair = {
    zh: '隔离损坏部分，使日志恢复完好；须先停止监控中心',
    en: 'Put what is damaged aside, so that the journal is sound again; stop the collector first',
  }
  line
    .command('repair', repair, journal)
    .action((options: CommonOptions) => repairJournalFiles(options, line.language))
}

function addDashboards(line: CommandLine): void {
  const group = line.group('dashboards', { zh: 'Grafana 看板', en: 'Boards of Grafana' })
  const about = {
    zh: '把自带的看板放入已有的 Grafana（文件夹 Wardround，覆盖同名看板），文字语言同 --lang',
    en: 'Put the boards that come with it into a Grafana that is already there (folder Wardround, over those of the same uid), in the language of --lang',
  }
  const url = {
    zh: 'Grafana 的地址，如 http://127.0.0.1:3000',
    en: 'Address of Grafana, e.g. http://127.0.0.1:3000',
  }
  const token = {
    zh: 'Grafana 服务账号的令牌（编辑者）',
    en: 'Token of a service account there, with the role Editor',
  }
  const file = { zh: '含有该令牌的文件', en: 'A file that holds it' }
  const store = {
    zh: 'Grafana 的数据源：embedded 为监控中心自身',
    en: "What Grafana's data source is: embedded is the collector itself",
  }
  line
    .plain('install', about, group)
    .requiredOption('--url <url>', line.say(url))
    .option('--token <token>', line.say(token))
    .option('--token-file <file>', line.say(file))
    .addOption(
      new Option('--store <store>', line.say(store)).choices(BOARD_STORES).default('embedded'),
    )
    .action((options: InstallDashboardsOptions) => installDashboards(options, line.language))
}
