import { once } from 'node:events'
import { existsSync, watch } from 'node:fs'
import { join } from 'node:path'
import type { FaultSite } from '../support/fault-site.ts'
import type { TcpProxy } from '../support/tcp-proxy.ts'
import { until } from '../support/until.ts'

/** Whether the collector counts every agent of the site as connected. */
export async function allConnected(site: FaultSite): Promise<boolean> {
  const connected = await site.collector.connectedHosts()
  return site.plan.hosts.every(({ host }) => connected.includes(host))
}

/** Resolves when the next bytes of an agent pass the proxy: they are in the collector's socket by then, and no further. */
export function nextBytesUp(proxy: TcpProxy): Promise<void> {
  return new Promise((resolve) => {
    proxy.onBytes = (direction) => {
      if (direction !== 'up') return
      proxy.onBytes = undefined
      resolve()
    }
  })
}

/** So long after a tick of a device there is time left before its next one. */
const SOON_MS = 400

/**
 * Resolves soon after a tick of which everything was acknowledged. Who is cut off then has nothing on its way: of a batch that arrived, but whose
 * acknowledgement did not, an agent can't know that it was stored when it must give it up.
 */
export async function nothingOnItsWay(site: FaultSite, withinMs: number): Promise<void> {
  let collectedBefore = Infinity
  let untilMs = -Infinity
  const isSo = async () => {
    const agents = Object.values((await site.fleet.status()).agents)
    const collected = agents.reduce((sum, agent) => sum + agent.collected, 0)
    if (collected > collectedBefore) untilMs = performance.now() + SOON_MS
    collectedBefore = collected
    return performance.now() < untilMs && agents.every(({ queued }) => queued === 0)
  }
  await until('all that the agents sent is acknowledged', isSo, withinMs, 20)
}

/** Cuts all agents off: connections are reset, and new ones refused until reconnect(). */
export function cutOff({ proxy }: FaultSite): void {
  proxy.refuse = true
  proxy.reset()
}

export function reconnect({ proxy }: FaultSite): void {
  proxy.refuse = false
}

/** Where an agent's batches wait on disk. */
export function outboxOf(site: FaultSite, host: string): string {
  return join(site.plan.state, host, 'outbox', 'samples')
}

/** Resolves at the next change of an agent's outbox on disk: a write that has begun. */
export async function nextSpool(site: FaultSite, host: string, withinMs: number): Promise<void> {
  const directory = outboxOf(site, host)
  await until(`${host} writes to its disk`, () => existsSync(directory), withinMs)
  using watcher = disposable(watch(directory))
  await once(watcher.of, 'change', { signal: AbortSignal.timeout(withinMs) })
}

function disposable<T extends { close(): void }>(of: T): { readonly of: T } & Disposable {
  return { of, [Symbol.dispose]: () => of.close() }
}

/** The devices fall silent; resolves when no agent has anything left to send. */
export async function drain(site: FaultSite, withinMs: number): Promise<void> {
  await site.fleet.quiet()
  const isDrained = async () => {
    const { agents } = await site.fleet.status()
    return Object.values(agents).every(({ queued }) => queued === 0)
  }
  await until('the agents have sent all that they had', isDrained, withinMs, 250)
}
