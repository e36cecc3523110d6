// A collector whose clocks run 120 times as fast: argv[2] is its configuration; when the wall clock was at argv[3], its own was at argv[4].
import { readFileSync } from 'node:fs'
import { startCollector } from '../../collector/src/collector.ts'
import { CollectorConfig } from '../../collector/src/config.ts'
import { checkYaml, openLog } from '@wardround/program'

const SPEED = 120
const [, , file = '', wall = '', own = ''] = process.argv
const wallMs = Date.parse(wall)
const ownMs = Date.parse(own)
const config = checkYaml(CollectorConfig, { file, text: readFileSync(file, 'utf8') })
const collector = await startCollector(config, {
  log: openLog({ name: 'hasty', level: 'warn' }),
  environment: {},
  console: '/nowhere',
  nowMs: () => Math.round(ownMs + (Date.now() - wallMs) * SPEED),
  monotonicMs: () => performance.now() * SPEED,
})
process.stdout.write(`listening ${collector.address}\n`)
