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
