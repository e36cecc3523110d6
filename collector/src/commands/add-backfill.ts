import type { CommandLine } from '@wardround/program'
import { Option } from 'commander'
import { backfill, type BackfillOptions } from './backfill.ts'

export function addBackfill(line: CommandLine): void {
  const about = {
    zh: '把内置库中某段时间的原始采样补写到外部时序库；由运行中的监控中心完成，中断后可继续',
    en: 'Copy the raw samples of a stretch of time from the embedded store into a store outside; the running collector does it, and goes on after any interruption',
  }
  const store = {
    zh: '外部时序库的名称（stores 中的 name）',
    en: 'Name of the store (in `stores`)',
  }
  const from = {
    zh: '起点：2026-11-01T00:00:00+08:00，或 -7d 这样的相对时间；省略则继续未完成的补写',
    en: 'From when: 2026-11-01T00:00:00Z, or relative to now (-7d); without it the unfinished one goes on',
  }
  const to = { zh: '终点，默认为现在', en: 'Until when; default: now' }
  const stop = { zh: '放弃未完成的补写', en: 'Give the unfinished one up' }
  line
    .command('backfill', about)
    .requiredOption('--store <name>', line.say(store))
    .option('--from <time>', line.say(from))
    .option('--to <time>', line.say(to))
    .addOption(new Option('--stop', line.say(stop)).conflicts(['from', 'to']))
    .action((options: BackfillOptions) => backfill(options, line.language))
}
