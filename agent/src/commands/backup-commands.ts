import type { CommandLine } from '@wardround/program'
import { Option, type Command } from 'commander'
import { compareRestored, type CompareOptions } from './backup-compare.ts'
import {
  attestBackup,
  recordRestore,
  type AttestOptions,
  type RestoredOptions,
} from './backup-records.ts'

/** What persons say of backups: `backup attest` and `backup restored`. */
export function addBackupRecords(line: CommandLine, backup: Command): void {
  const job = line.say({
    zh: '备份作业名，须已在 agent.yaml 中声明',
    en: 'Job, as agent.yaml declares it',
  })
  const operator = line.say({ zh: '操作人姓名', en: 'Who did it' })
  const note = line.say({ zh: '备注', en: 'Anything worth knowing' })
  const attest = {
    zh: '人工登记一份离线介质上的备份副本（签名保存，事后不可改）',
    en: 'Attest a copy on a medium that is truly offline: signed, and kept for good',
  }
  const medium = line.say({ zh: '介质的序列号或标签', en: 'Serial number or label of the medium' })
  const taken = line.say({
    zh: '副本的时间，如 "2026-11-22 02:30"；不写则为现在',
    en: 'When the copy was taken, such as "2026-11-22 02:30"; now where it is not given',
  })
  line
    .command('attest', attest, backup)
    .requiredOption('--job <name>', job)
    .requiredOption('--medium <serial>', medium)
    .requiredOption('--operator <name>', operator)
    .option('--taken <time>', taken)
    .option('--note <text>', note)
    .action((options: AttestOptions) => attestBackup(options, line.language))
  const restored = {
    zh: '登记一次还原测试（签名保存，事后不可改）',
    en: 'Record a restore test: signed, and kept for good',
  }
  const started = line.say({
    zh: '开始时间，如 "2026-11-22 09:00"',
    en: 'Start, such as "2026-11-22 09:00"',
  })
  const ended = line.say({ zh: '恢复可用的时间', en: 'When what was restored could be used' })
  const result = line.say({ zh: '结果', en: 'How it went' })
  line
    .command('restored', restored, backup)
    .requiredOption('--job <name>', job)
    .requiredOption('--operator <name>', operator)
    .requiredOption('--started <time>', started)
    .requiredOption('--ended <time>', ended)
    .addOption(
      new Option('--result <result>', result).choices(['ok', 'failed']).makeOptionMandatory(),
    )
    .option('--note <text>', note)
    .action((options: RestoredOptions) => recordRestore(options, line.language))
  const compare = {
    zh: '把还原出的数据库与生产库逐表比对（只读），登记结果；有不同时退出码 1',
    en: 'Compare what was restored with production, table by table, reading only, and record the result; exit code 1 where they differ',
  }
  line
    .command('compare', compare, backup)
    .requiredOption('--job <name>', job)
    .action((options: CompareOptions) => compareRestored(options, line.language))
}
