// A collector whose clocks run 120 times as fast: argv[2] is its configuration, argv[3] the moment at which both clocks agreed.
import { readFileSync } from 'node:fs'
import { startCollector } from '../../collector/src/collector.ts'
import { CollectorConfig } from '../../collector/src/config.ts'
import { checkYaml, openLog } from '@wardround/program'

const SPEED = 120
const [, , file = '', agreed = ''] = process.argv
const agreedMs = Date.parse(agreed)
const config = checkYaml(CollectorConfig, { file, text: readFileSync(file, 'utf8') })
const collector = await startCollector(config, {
  log: openLog({ name: 'hasty', level: 'warn' }),
  environment: {},
  console: '/nowhere',
  nowMs: () => Math.round(agreedMs + (Date.now() - agreedMs) * SPEED),
  monotonicMs: () => performance.now() * SPEED,
})
process.stdout.write(`listening ${collector.address}\n`)
