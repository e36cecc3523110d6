import { CommandLine, runCommandLine, type CommonOptions, type Language } from '@wardround/program'
import type { Command } from 'commander'
import { checkConfig } from './commands/check-config.ts'
import { listProbes } from './commands/list-probes.ts'
import { exportOutbox, repairOutbox, verifyOutbox } from './commands/outbox.ts'
import { run } from './commands/run.ts'
import { testProbe } from './commands/test-probe.ts'
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
  addOutbox(line)
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
    zh: '把一个采集项运行两次（相隔一秒），显示采到的样本；不发送',
    en: 'Run one probe twice, a second apart, and print its samples; sends nothing',
  }
  line
    .command('test <probe>', test)
    .action((probe: string, options: CommonOptions) => testProbe(probe, options, line.language))
  const list = {
    zh: '列出全部采集项：间隔、读取什么、需要什么权限',
    en: 'List every probe: interval, what it reads and needs',
  }
  line.command('list-probes', list).action(() => listProbes(line.language))
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
