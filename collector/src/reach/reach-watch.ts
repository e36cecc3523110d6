import type { PingState } from '../rules/silence/ping-state.ts'
import { HostPing } from './host-ping.ts'
import type { Ping } from './ping.ts'

export interface ReachOptions {
  readonly ping: Ping
  /** Told what ping says of a host whenever that changes. */
  onChange(host: string, state: PingState): void
  /** The collector's own network is lost: pings would say nothing about hosts. */
  isPaused(): boolean
  readonly monotonicMs: () => number
  /** How often a host whose agent is connected is pinged: so that it is known to answer there. Default 5 min. */
  readonly connectedEveryMs?: number
  /** The same of one whose agent has just gone. Default 15 s, and a minute once it has been so for 10. */
  readonly goneEveryMs?: number
}

interface Watched {
  readonly ping: HostPing
  /** By the monotonic clock. */
  dueAtMs: number
  goneAtMs: number
  isRunning: boolean
  /** What was told last. */
  told: PingState
}

const MOST_AT_A_TIME = 32
const MOST_STARTS = 20
const RECENTLY_MS = 600_000
const LATER_EVERY_MS = 60_000
/** An agent that has been gone for so long is no longer waited for, and its address may be another's. */
const FORGET_AFTER_MS = 7 * 86_400_000
/** Most agents that lost the collector are back by then; what ping says of the others is known again before silence is judged, a minute after the start. */
const COMEBACK_MS = 30_000

/**
 * Finds out by ping whether the hosts of agents live, each at the address that its agent last connected from. What several agents share (NAT, a
 * proxy, a load balancer) is no host's address: of those nothing is known.
 */
export class ReachWatch {
  readonly #options: Required<ReachOptions>
  readonly #hosts = new Map<string, Watched>()
  /** Hosts by address. */
  readonly #sharers = new Map<string, Set<string>>()
  #running = 0

  constructor(options: ReachOptions) {
    this.#options = { connectedEveryMs: 300_000, goneEveryMs: 15_000, ...options }
  }

  /** Hosts by what ping says of them. */
  counts(): ReadonlyMap<PingState, number> {
    const counts = new Map<PingState, number>([
      ['answers', 0],
      ['lost', 0],
      ['unknown', 0],
    ])
    for (const { told } of this.#hosts.values()) counts.set(told, (counts.get(told) ?? 0) + 1)
    return counts
  }

  /** A host of an earlier process, and what that one had found out; its agent may come back first. */
  recall(host: string, address: string | undefined, known: PingState): void {
    if (address === undefined) return
    this.#watch(host, new HostPing(address, known), COMEBACK_MS, known)
  }

  /** Its agent connected; `address` is undefined where a ping there would say nothing of it. */
  connected(host: string, address: string | undefined): void {
    if (address === undefined) return this.#forget(host)
    const watched = this.#hosts.get(host)
    if (watched?.ping.address === address) watched.dueAtMs = this.#options.monotonicMs()
    else this.#watch(host, new HostPing(address), 0, 'unknown')
    this.#hosts.get(host)?.ping.connected()
  }

  /** Its agent's connection ended. */
  gone(host: string): void {
    const watched = this.#hosts.get(host)
    if (watched === undefined) return
    const nowMs = this.#options.monotonicMs()
    watched.ping.gone()
    watched.goneAtMs = nowMs
    watched.dueAtMs = nowMs
    this.#tell(host, watched)
  }

  /** Pings whose turn it is: first those whose agent has gone. To be called every second or so. */
  tick(): void {
    if (this.#options.isPaused()) return
    const nowMs = this.#options.monotonicMs()
    const due = [...this.#hosts].filter(
      ([, { dueAtMs, isRunning }]) => dueAtMs <= nowMs && !isRunning,
    )
    due.sort(([, a], [, b]) => rankOf(a) - rankOf(b) || a.dueAtMs - b.dueAtMs)
    const room = Math.min(MOST_STARTS, MOST_AT_A_TIME - this.#running)
    for (const [host, watched] of due.slice(0, Math.max(0, room))) {
      if (!watched.ping.isConnected && nowMs - watched.goneAtMs > FORGET_AFTER_MS)
        this.#forget(host)
      else if (!this.#isShared(watched)) void this.#ping(host, watched)
      else watched.dueAtMs = nowMs + LATER_EVERY_MS
    }
  }

  async #ping(host: string, watched: Watched): Promise<void> {
    watched.isRunning = true
    this.#running++
    const wasConnected = watched.ping.isConnected
    const result = await this.#options.ping(watched.ping.address)
    this.#running--
    watched.isRunning = false
    watched.dueAtMs = this.#options.monotonicMs() + this.#waitMs(watched, result === 'silent')
    // what began under other circumstances says nothing of these
    if (this.#hosts.get(host) !== watched || watched.ping.isConnected !== wasConnected) return
    if (this.#options.isPaused() || this.#isShared(watched)) return
    watched.ping.see(result)
    this.#tell(host, watched)
  }

  /** A connected host that does not answer is asked again soon: whether it ever does should be known before its agent is gone. */
  #waitMs({ ping, goneAtMs }: Watched, isSilent: boolean): number {
    const { connectedEveryMs, goneEveryMs, monotonicMs } = this.#options
    if (ping.isConnected)
      return isSilent && ping.state === 'answers' ? goneEveryMs : connectedEveryMs
    return monotonicMs() - goneAtMs < RECENTLY_MS ? goneEveryMs : LATER_EVERY_MS
  }

  #watch(host: string, ping: HostPing, waitMs: number, told: PingState): void {
    this.#forget(host)
    const nowMs = this.#options.monotonicMs()
    const watched = { ping, dueAtMs: nowMs + waitMs, goneAtMs: nowMs, isRunning: false, told }
    this.#hosts.set(host, watched)
    const sharers = this.#sharers.get(ping.address) ?? new Set()
    this.#sharers.set(ping.address, sharers.add(host))
    for (const sharer of sharers) this.#tellOf(sharer)
  }

  #forget(host: string): void {
    const watched = this.#hosts.get(host)
    if (watched === undefined) return
    this.#hosts.delete(host)
    const sharers = this.#sharers.get(watched.ping.address)
    sharers?.delete(host)
    if (sharers?.size === 0) this.#sharers.delete(watched.ping.address)
    for (const sharer of sharers ?? []) this.#tellOf(sharer)
    if (watched.told !== 'unknown') this.#options.onChange(host, 'unknown')
  }

  #isShared({ ping }: Watched): boolean {
    return (this.#sharers.get(ping.address)?.size ?? 0) > 1
  }

  #tellOf(host: string): void {
    const watched = this.#hosts.get(host)
    if (watched !== undefined) this.#tell(host, watched)
  }

  #tell(host: string, watched: Watched): void {
    const state = this.#isShared(watched) ? 'unknown' : watched.ping.state
    if (state === watched.told) return
    watched.told = state
    this.#options.onChange(host, state)
  }
}

function rankOf({ ping }: Watched): number {
  return ping.isConnected ? 1 : 0
}
