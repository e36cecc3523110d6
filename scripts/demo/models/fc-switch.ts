import { clamp, drift, random, seedOf } from '../noise.ts'
import { part, type Part } from '../part.ts'
import { rhythmOf, STEADY, type Rhythm } from '../rhythm.ts'

export interface FcPort {
  /** From 0, as the switch counts. */
  readonly number: number
  /** What the site calls it; '' where nothing is plugged in. */
  readonly name: string
  /** Megabytes a second at its busiest. */
  readonly traffic: number
  readonly rhythm: Rhythm
  readonly isDark?: (timeMs: number) => boolean
}

const OFFICIAL_SPEED = 16_000
const BOOT_MS = Date.UTC(2025, 2, 8)

export function fcSwitchParts(device: string, ports: readonly FcPort[]): Part[] {
  const seed = seedOf(device)
  const isOnline = (port: FcPort, timeMs: number) =>
    port.name !== '' && port.isDark?.(timeMs) !== true
  return [
    part('snmp.up', 'snmp_up', {}, (timeMs) => {
      const asked = Math.floor((timeMs - BOOT_MS) / 60_000)
      return {
        up: 1,
        response_ms: 14 + 8 * random(seed, Math.floor(timeMs / 60_000)),
        error_code: 0,
        uptime_seconds: (timeMs - BOOT_MS) / 1000,
        requests_total: asked * 24,
        varbinds_total: asked * 1_100,
        timeouts_total: 2,
      }
    }),
    part('snmp.fc-switch', 'fc_switch', { device }, (timeMs) => ({
      oper_state: 1,
      adm_state: 1,
      status: 3,
      diag: 1,
      cpu_percent: 9 + 5 * (1 + drift(seed, timeMs)),
      mem_percent: 46 + 2 * drift(seed ^ 1, timeMs),
      domain_id: 1,
      principal: 1,
      isl_count: 0,
      isl_active: 0,
      uptime: (timeMs - BOOT_MS) / 1000,
    })),
    part('snmp.fc-port', 'fc_switch', { device }, (timeMs) => ({
      ports: ports.length,
      ports_online: ports.filter((port) => isOnline(port, timeMs)).length,
    })),
    ...ports.flatMap((port) => portParts(device, port, (timeMs) => isOnline(port, timeMs))),
    ...sensorParts(device),
    ...(['critical', 'error', 'warning', 'info'] as const).map((level) =>
      part('snmp.fc-event', 'fc_event', { device, level }, (timeMs) => {
        const dark = ports.some((port) => port.isDark?.(timeMs))
        const justDark = ports.some(
          (port) => port.isDark?.(timeMs) === true && !port.isDark(timeMs - 600_000),
        )
        return {
          count_total:
            { critical: 0, error: 3, warning: 22, info: 410 }[level] +
            (dark && level === 'error' ? 1 : 0),
          count_10m: justDark && level === 'error' ? 1 : 0,
        }
      }),
    ),
  ]
}

function portParts(device: string, port: FcPort, isOnline: (timeMs: number) => boolean): Part[] {
  const tags = { device, port: String(port.number) }
  const described = {
    ...tags,
    name: port.name === '' ? `port${port.number}` : port.name,
    slot_port: `0/${port.number}`,
  }
  const isUsed = port.name !== ''
  const bytes = bytesOf(device, port)
  const words = seedOf(`${device} words ${port.number}`) % 40
  return [
    part('snmp.fc-port', 'fc_port', described, (timeMs) => {
      const online = isOnline(timeMs)
      return {
        phy_state: online ? 6 : isUsed ? 4 : 2,
        oper_state: online ? 1 : 2,
        link_state: 1,
        left_online: isUsed && !online ? 1 : 0,
        tx_bytes_total: bytes(timeMs),
        rx_bytes_total: Math.floor(bytes(timeMs) * 0.7),
        crc_errors_total: words,
        encoding_in_errors_total: words,
        encoding_out_errors_total: words * 3,
        invalid_words_total: words,
        c3_discards_total: 0,
        c3_tx_timeouts_total: 0,
        bb_credit_zero_total: Math.floor(bytes(timeMs) / 4e9),
        ...(online
          ? {
              crc_errors_10m: 0,
              encoding_errors_10m: 0,
              invalid_words_10m: 0,
              c3_discards_per_second: 0,
              tx_timeouts_per_second: 0,
              bb_credit_zero_percent: 0.4 * port.rhythm.level(timeMs),
            }
          : {}),
        counters_reset: 0,
      }
    }),
    ...(isUsed ? usedPortParts(described, port, isOnline, bytes) : []),
  ]
}

type PortTags = Readonly<Record<'device' | 'port' | 'name' | 'slot_port', string>>

function usedPortParts(
  tags: PortTags,
  port: FcPort,
  isOnline: (timeMs: number) => boolean,
  bytes: (timeMs: number) => number,
): Part[] {
  const seed = seedOf(`${tags.device} sfp ${port.number}`)
  const { device, port: number, name } = tags
  return [
    part('snmp.fc-link', 'fc_port', tags, (timeMs) => ({
      adm_state: 1,
      hw_state: isOnline(timeMs) ? 4 : 8,
      port_type: 4,
      speed: OFFICIAL_SPEED,
      tx_frames_total: Math.floor(bytes(timeMs) / 1_900),
      rx_frames_total: Math.floor(bytes(timeMs) / 2_400),
      link_failures_total: isOnline(timeMs) ? 1 : 2,
      loss_of_sync_total: isOnline(timeMs) ? 2 : 3,
      loss_of_signal_total: isOnline(timeMs) ? 1 : 2,
      link_resets_rx_total: 4,
      link_resets_tx_total: 4,
    })),
    part('snmp.fc-sfp', 'fc_sfp', { device, port: number, name }, (timeMs) => ({
      rx_dbm: isOnline(timeMs) ? -3.1 - 1.5 * random(seed, 0) + 0.15 * drift(seed, timeMs) : -34,
      tx_dbm: -2.3 - 0.8 * random(seed, 1) + 0.1 * drift(seed ^ 1, timeMs),
      temp_c: 36 + 6 * random(seed, 2) + drift(seed ^ 2, timeMs),
      volts: 3.29 + 0.01 * drift(seed ^ 3, timeMs),
      milliamperes: 7.2 + 0.2 * drift(seed ^ 4, timeMs),
      power_on_hours: 21_000 + Math.floor((timeMs - BOOT_MS) / 3_600_000),
      online: isOnline(timeMs) ? 1 : 0,
    })),
  ]
}

/** What a port sent: it stands still while the port is dark, and began when the switch did. */
function bytesOf(
  device: string,
  { number, traffic, rhythm, isDark, name }: FcPort,
): (timeMs: number) => number {
  if (name === '') return () => 0
  const pace = traffic * 1e6 * (0.7 + 0.6 * random(seedOf(`${device} port ${number}`), 0))
  let darkSinceMs: number | undefined
  return (timeMs) => {
    if (isDark?.(timeMs) === true) darkSinceMs ??= firstDark(isDark, timeMs)
    const until = isDark?.(timeMs) === true ? (darkSinceMs ?? timeMs) : timeMs
    return Math.floor(pace * (rhythm.total(until) - rhythm.total(BOOT_MS)))
  }
}

/** The moment at which it became dark, to a second. */
function firstDark(isDark: (timeMs: number) => boolean, darkMs: number): number {
  let [from, to] = [BOOT_MS, darkMs]
  while (to - from > 1_000) {
    const middle = (from + to) / 2
    if (isDark(middle)) to = middle
    else from = middle
  }
  return to
}

function sensorParts(device: string): Part[] {
  const warmth = rhythmOf(`${device} warmth`, STEADY)
  const sensors = [
    ...[1, 2, 3].map((number) => ({ type: 'temperature', name: `SLOT #0: TEMP #${number}` })),
    ...[1, 2, 3].map((number) => ({ type: 'fan', name: `FAN #${number}` })),
    ...[1, 2].map((number) => ({ type: 'power', name: `Power Supply #${number}` })),
  ]
  return sensors.map(({ type, name }) => {
    const seed = seedOf(`${device} ${name}`)
    return part('snmp.fc-sensor', 'fc_sensor', { device, type, name }, (timeMs) => ({
      status: 4,
      celsius:
        type === 'temperature'
          ? clamp(33 + 6 * warmth.level(timeMs) + 1.5 * drift(seed, timeMs), 0, 99)
          : undefined,
      rpm: type === 'fan' ? Math.round(6_600 + 120 * drift(seed, timeMs)) : undefined,
      lost: 0,
    }))
  })
}
