import type { RedfishSession } from '../sources/redfish/redfish-session.ts'
import { openRedfishSource } from './open-redfish-source.ts'
import type { SampledRun } from './sample-once.ts'
import { SMALL_SERVER } from './small-redfish-server.ts'
import { StandInRedfish, type RedfishStandInAnswer } from './stand-in-redfish.ts'

/** A stand-in with the resources of a small server, unless the test gives others, and a session with it. */
export async function openSmallServer(
  resources: Readonly<Record<string, RedfishStandInAnswer>> = SMALL_SERVER,
): Promise<
  AsyncDisposable & { readonly device: StandInRedfish; readonly session: RedfishSession }
> {
  const device = await StandInRedfish.open(resources)
  const opened = await openRedfishSource(device)
  return {
    device,
    session: opened.session,
    async [Symbol.asyncDispose]() {
      await opened[Symbol.asyncDispose]()
      await device[Symbol.asyncDispose]()
    },
  }
}

/** Components of a run by `type name`, with what they have. */
export function componentsOf({ samples }: SampledRun): Record<string, Record<string, number>> {
  return Object.fromEntries(
    samples.map(({ tags, fields }) => [
      `${tags['type']} ${tags['name']}`,
      // without what is missing
      Object.fromEntries(
        Object.entries(fields).flatMap(([name, value]) =>
          value === undefined ? [] : [[name, value]],
        ),
      ),
    ]),
  )
}
