// What the fault rows drive in their own process: the store, or a whole collector, under a clock of theirs; and a robot's stand-in.
export { startDingTalk, type RobotStandIn } from '../notify/testing/robot-stand-ins.ts'
export { CollectorHarness } from './collector-harness.ts'
export { toQueryResult } from '../store/embedded/answer.ts'
export { LONG_RETENTION } from '../store/testing/long-retention.ts'
export { EmbeddedStore } from '../store/embedded/embedded-store.ts'
