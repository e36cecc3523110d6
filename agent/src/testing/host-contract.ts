import type { Probe } from '../probe.ts'
import { describeProbe } from './describe-probe.ts'
import { HostTree, readHostFixture, type HostFixture } from './host-fixture.ts'

/** The contract of a probe of the host, on files recorded 10 s apart. */
export function describeHostProbe(
  probe: Probe,
  options: Readonly<Record<string, unknown>> = {},
): void {
  const fixture: HostFixture = readHostFixture('linux-6.18')
  let tree: HostTree | undefined
  describeProbe(probe, {
    options,
    async open() {
      tree = await HostTree.open(fixture.files)
      return tree
    },
    async advance() {
      await tree?.write(fixture.later)
    },
  })
}
