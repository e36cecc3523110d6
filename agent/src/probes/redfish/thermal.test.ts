import { expect, test } from 'vitest'

import { describeProbe } from '../../testing/describe-probe.ts'
import { openSmallServer } from '../../testing/open-small-server.ts'
import { sampleOnce } from '../../testing/sample-once.ts'
import thermal from './thermal.ts'

describeProbe(thermal, { open: () => openSmallServer() })
