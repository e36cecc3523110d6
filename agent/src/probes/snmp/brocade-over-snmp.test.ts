import { describe, expect, test } from 'vitest'
import type { Probe } from '../../probe.ts'
import { OpenedSnmp } from '../../testing/open-snmp-source.ts'
import { RecordedDevice } from '../../testing/recorded-device.ts'
import { sampleOnce } from '../../testing/sample-once.ts'
import { brocadeWalk } from '../../testing/snmp-walks/brocade-walk.ts'
import { NO_SNMPD, SnmpdServer } from '../../testing/snmpd-server.ts'
import { UdpDevice } from '../../testing/udp-device.ts'
import fcEvent from './fc-event.ts'
import fcLink from './fc-link.ts'
import fcPort from './fc-port.ts'
import fcSensor from './fc-sensor.ts'
import fcSfp from './fc-sfp.ts'
import fcSwitch from './fc-switch.ts'

const PROBES: readonly Probe[] = [fcSwitch, fcSensor, fcPort, fcLink, fcSfp, fcEvent]
const CONTEXT = 'VF:128'
const USER = {
  name: 'wardround',
  auth: 'SHA-256',
  authKey: 'authentication-key',
  priv: 'AES',
  privKey: 'encryption-key',
}

/** What all probes give of a switch. */
async function sampleAll(session: unknown) {
  const runs = []
  for (const probe of PROBES) {
    const { samples, events } = await sampleOnce(probe, session)
    // the time it is up goes on
    const lasting = samples.map(({ fields, ...of }) => ({
      ...of,
      fields: { ...fields, uptime: undefined },
    }))
    runs.push({ samples: lasting, events })
  }
  return runs
}

/** What they give of the same walk without a network. */
const expected = () => sampleAll(new RecordedDevice(brocadeWalk()))

describe('a Brocade switch over a network', { timeout: 60_000 }, () => {
  test('gives by v2c what its tables hold', async () => {
    await using device = await UdpDevice.start(brocadeWalk())
    await using opened = await OpenedSnmp.open({
      connect: `127.0.0.1:${device.port}`,
      version: 'v2c',
      community: 'public',
    })
    expect(await sampleAll(opened.session)).toEqual(await expected())
  })

  test('gives a logical switch by v3 and its context, and nothing without it', async ({ skip }) => {
    skip(NO_SNMPD !== undefined, NO_SNMPD)
    await using device = await UdpDevice.start(brocadeWalk())
    // a real agent with user and context stands before the switch
    await using server = await SnmpdServer.start(
      [USER],
      [
        `rouser ${USER.name} priv .1 ${CONTEXT}`,
        `proxy -Cn ${CONTEXT} -v 2c -c public 127.0.0.1:${device.port} .1.3`,
      ],
    )
    const entry = {
      connect: server.address,
      user: USER.name,
      authKey: USER.authKey,
      privKey: USER.privKey,
    }
    await using opened = await OpenedSnmp.open({ ...entry, context: CONTEXT })
    expect(await sampleAll(opened.session)).toEqual(await expected())
    await using without = await OpenedSnmp.open(entry)
    await expect(sampleOnce(fcSwitch, without.session)).rejects.toThrow('no Brocade FC switch')
  })
})
