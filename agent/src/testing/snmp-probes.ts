import type { Probe } from '../probe.ts'
import cpu from '../probes/snmp/cpu.ts'
import disk from '../probes/snmp/disk.ts'
import fcEvent from '../probes/snmp/fc-event.ts'
import fcLink from '../probes/snmp/fc-link.ts'
import fcPort from '../probes/snmp/fc-port.ts'
import fcSensor from '../probes/snmp/fc-sensor.ts'
import fcSfp from '../probes/snmp/fc-sfp.ts'
import fcSwitch from '../probes/snmp/fc-switch.ts'
import mem from '../probes/snmp/mem.ts'
import net from '../probes/snmp/net.ts'
import system from '../probes/snmp/system.ts'
import up from '../probes/snmp/up.ts'

/** The probes of the source snmp that a switch is asked by, or that find out that it is no host. */
export const SNMP_PROBES: readonly Probe[] = [
  up,
  fcSwitch,
  fcSensor,
  fcPort,
  fcLink,
  fcSfp,
  fcEvent,
  net,
  cpu,
  mem,
  disk,
  system,
]
