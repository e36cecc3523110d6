import type { CommandLine } from '@wardround/program'
import { Option, type Command } from 'commander'
import { reportBackup, type ReportBackupOptions } from './report-backup.ts'
import { runBackup, type RunBackupOptions } from './run-backup.ts'

/** What scripts say of backups: `backup run` and `backup report`. */
export function addBackupRuns(line: CommandLine, backup: Command): void {
  const job = line.say({
    zh: '作业名称，须已在 agent.yaml 中声明（type: backup）',
    en: 'Job, as agent.yaml declares it (type: backup)',
  })
  const run = {
    zh: '运行备份命令，报告其开始、结束、退出码和错误的最后几行；以该命令的退出码结束',
    en: 'Run a backup’s command; reports start, end, exit code and the last lines of its error, and ends with its exit code',
  }
  const bytesOf = { zh: '报告该文件的大小', en: 'Report the size of this file' }
  const warningCodes = {
    zh: '视为警告的退出码，如 1,24',
    en: 'Exit codes that are a warning, such as 1,24',
  }
  line
    .command('run <command...>', run, backup)
    .requiredOption('--job <name>', job)
    .option('--bytes-of <file>', line.say(bytesOf))
    .option('--warning-codes <codes>', line.say(warningCodes))
    .action((command: string[], options: RunBackupOptions) =>
      runBackup(command, options, line.language),
    )
  addReport(line, backup, job)
}

function addReport(line: CommandLine, backup: Command, job: string): void {
  const report = { zh: '脚本报告一次备份的结果', en: 'Report how a run went, from a script' }
  const status = line.say({ zh: '结果', en: 'How it went' })
  const start = line.say({
    zh: '开始时间（RFC 3339 或 1970 年以来的秒数）',
    en: 'When it began (RFC 3339, or seconds since 1970)',
  })
  line
    .command('report', report, backup)
    .requiredOption('--job <name>', job)
    .addOption(
      new Option('--status <status>', status)
        .choices(['ok', 'warning', 'failed'])
        .makeOptionMandatory(),
    )
    .option('--bytes <n>', line.say({ zh: '写出的字节数', en: 'Bytes that were written' }))
    .option('--start <time>', start)
    .option(
      '--end <time>',
      line.say({ zh: '结束时间；不填为现在', en: 'When it ended; now where it is not given' }),
    )
    .option('--message <text>', line.say({ zh: '说明', en: 'What there is to say' }))
    .action((options: ReportBackupOptions) => reportBackup(options, line.language))
}
