// What the fault rows drive in their own process: the store, or a whole collector, under a clock of theirs; real databases beside it; and stand-ins of robots.
export { startDingTalk, startFeishu, type RobotStandIn } from '../notify/testing/robot-stand-ins.ts'
export { startWebhookServer, type WebhookServer } from '../notify/testing/webhook-server.ts'
export { CollectorHarness } from './collector-harness.ts'
export { toQueryResult } from '@wardround/query'
export { LONG_RETENTION } from '../store/testing/long-retention.ts'
export { EmbeddedStore } from '../store/embedded/embedded-store.ts'
export { hasInfluxDb, startInfluxDb } from '../store/testing/peers/influxdb.ts'
export {
  exportSeries,
  hasVictoriaMetrics,
  startVictoriaMetrics,
} from '../store/testing/peers/victoria-metrics.ts'
export { RemoteStore } from '../store/remote/open-remote-store.ts'
export { settingsOf } from '../store/testing/remote-settings.ts'
