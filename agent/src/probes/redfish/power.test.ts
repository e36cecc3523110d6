import { expect, test } from 'vitest'

import { describeProbe } from '../../testing/describe-probe.ts'
import { openSmallServer } from '../../testing/open-small-server.ts'
import { sampleOnce } from '../../testing/sample-once.ts'
import power from './power.ts'

describeProbe(power, { open: () => openSmallServer() })
