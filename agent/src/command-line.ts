import { CommandLine, runCommandLine, type CommonOptions, type Language } from '@wardround/program'
import type { Command } from 'commander'
import { addBackupRecords } from './commands/backup-commands.ts'
import { addBackupRuns } from './commands/backup-run-commands.ts'
import { checkConfig } from './commands/check-config.ts'
import { listProbes } from './commands/list-probes.ts'
import { discover } from './commands/discover.ts'
import { exportOutbox, repairOutbox, verifyOutbox } from './commands/outbox.ts'
import { pauseSource, resumeSource } from './commands/pause-source.ts'
import { run } from './commands/run.ts'
import { printStatements } from './commands/statements.ts'
import { testProbe, type TestProbeOptions } from './commands/test-probe.ts'
import { VERSION } from './version.ts'

/** The commands of `wardround-agent`; sets process.exitCode (interfaces.md). */
export function runAgentCommand(argv: readonly string[]): Promise<void> {
  return runCommandLine(argv, buildProgram)
}

function buildProgram(language: Language): Command {
  const about = {
    zh: '采集代理：在主机上定时采集指标，送往监控中心；未确认的数据先存本机磁盘',
    en: 'The agent: samples this host and sends to the collector; what is not acknowledged waits on its disk',
  }
  const line = new CommandLine('wardround-agent', about, language)
  addRun(line)
  addProbes(line)
  addSources(line)
  addOutbox(line)
  addBackup(line)
  line
    .plain('version', { zh: '显示版本', en: 'Print the version' })
    .action(() => void process.stdout.write(`${VERSION}\n`))
  return line.program
}

function addRun(line: CommandLine): void {
  const about = {
    zh: '运行采集代理，直到收到 TERM 或 INT；HUP 重新读取配置',
    en: 'Run the agent until TERM or INT; HUP re-reads the configuration',
  }
  line.command('run', about).action((options: CommonOptions) => run(options, line.language))
  const check = {
    zh: '检查配置，不启动；有误时给出 文件:行:列，退出码 78',
    en: 'Check the configuration without starting; mistakes as file:line:column, exit code 78',
  }
  line
    .command('check-config', check)
    .action((options: CommonOptions) => checkConfig(options, line.language))
}

function addProbes(line: CommandLine): void {
  const test = {
    zh: '运行一个采集项并显示样本（数据库与 Tomcat 还显示每条语句的用时或缺少的权限）；不向监控中心发送',
    en: 'Run one probe and print its samples (of a server also each statement with its duration or the grant that it lacks); sends nothing to the collector',
  }
  const oneSource = {
    zh: '只看这一个数据源（同类型有多个时）',
    en: 'Look at this source alone, where several are of the type',
  }
  line
    .command('test <probe>', test)
    .option('--source <name>', line.say(oneSource))
    .action((probe: string, options: TestProbeOptions) => testProbe(probe, options, line.language))
  const list = {
    zh: '列出全部采集项：间隔、读取什么、需要什么权限',
    en: 'List every probe: interval, what it reads and needs',
  }
  line.command('list-probes', list).action(() => listProbes(line.language))
}

function addSources(line: CommandLine): void {
  const found = {
    zh: '找出本机运行的数据库和 Tomcat，输出可粘贴到 agent.yaml 的 YAML；不连接、不改动',
    en: 'Find the databases and Tomcats of this machine and print YAML for agent.yaml; connects nowhere, changes nothing',
  }
  line.plain('discover', found).action(() => discover(line.language))
  const statements = {
    zh: '列出对某类数据源（oracle、postgresql、mysql、tomcat）可能发送的全部语句：版本、权限、间隔、开销；不连接',
    en: 'List every statement that can ever be sent to a type of source (oracle, postgresql, mysql, tomcat): versions, grants, interval, cost; connects nowhere',
  }
  line
    .plain('statements <type>', statements)
    .action((type: string) => printStatements(type, line.language))
  const pause = {
    zh: '立即停止向某个数据源发送任何语句，直到 resume；重启后仍有效',
    en: 'Stop sending anything to a source at once, until resume; a restart changes nothing',
  }
  line
    .command('pause <source>', pause)
    .action((source: string, options: CommonOptions) => pauseSource(source, options, line.language))
  const resume = {
    zh: '恢复已暂停的数据源；被拒绝的登录会再试一次',
    en: 'Take a pause back; a refused logon is tried once more',
  }
  line
    .command('resume <source>', resume)
    .action((source: string, options: CommonOptions) =>
      resumeSource(source, options, line.language),
    )
}

function addOutbox(line: CommandLine): void {
  const outbox = line.group('outbox', {
    zh: '检查、导出、修复磁盘上的发送队列',
    en: 'Check, export and repair the outbox on disk',
  })
  const verify = {
    zh: '读取全部发送队列并报告损坏，不作改动；代理运行时也可用',
    en: 'Read all of the outbox and tell what is damaged; changes nothing, also while the agent runs',
  }
  line
    .command('verify', verify, outbox)
    .action((options: CommonOptions) => verifyOutbox(options, line.language))
  const exported = {
    zh: '把可读的记录逐行导出为 JSON（标准输出）',
    en: 'Write every readable record as a line of JSON to stdout',
  }
  line.command('export', exported, outbox).action((options: CommonOptions) => exportOutbox(options))
  const repair = {
    zh: '隔离损坏部分，使队列恢复完好；须先停止代理',
    en: 'Put what is damaged aside, so that the outbox is sound again; stop the agent first',
  }
  line
    .command('repair', repair, outbox)
    .action((options: CommonOptions) => repairOutbox(options, line.language))
}

function addBackup(line: CommandLine): void {
  const backup = line.group('backup', {
    zh: '备份：运行并报告、登记离线副本与还原测试',
    en: 'Backups: run and report them, attest offline copies, record restore tests',
  })
  addBackupRuns(line, backup)
  addBackupRecords(line, backup)
}
