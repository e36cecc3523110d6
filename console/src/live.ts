import { computed, effect, signal } from '@preact/signals'
import type { AgentRow, AlertRow, LiveEvent } from '@wardround/protocol/api'
import { demo, language } from './i18n/language.ts'
import { timeZone } from './wall-time.ts'

export const hosts = signal<ReadonlyMap<string, AgentRow>>(new Map())
const alerts = signal<ReadonlyMap<string, AlertRow>>(new Map())
/** False while the page is cut off from the collector. */
export const connected = signal(false)

const RANK = { critical: 0, warning: 1, info: 2 } as const

/** What is firing, the worst first, then the oldest. */
export const firingAlerts = computed(() =>
  [...alerts.value.values()]
    .filter((alert) => alert.state === 'firing')
    .sort((a, b) => RANK[a.severity] - RANK[b.severity] || a.startsAt.localeCompare(b.startsAt)),
)

export const sortedHosts = computed(() =>
  [...hosts.value.values()].sort((a, b) => a.host.localeCompare(b.host)),
)

/** A browser opens six connections to one server, all tabs together: a tab that nobody looks at gives its own back. */
const visible = signal(document.visibilityState === 'visible')

/**
 * Follows /api/v1/live for as long as the page is looked at, in the reader's language. The browser's EventSource reconnects by itself; each
 * connection begins with the whole state, which replaces what was known when its `ready` arrives.
 */
export function followLive(): void {
  document.addEventListener(
    'visibilitychange',
    () => (visible.value = document.visibilityState === 'visible'),
  )
  effect(() => {
    if (!visible.value) return undefined
    const source = new EventSource(`/api/v1/live?lang=${language.value}`)
    follow(source)
    return () => source.close()
  })
}

function follow(source: EventSource): void {
  let firstState: LiveEvent[] | undefined = []
  source.addEventListener('open', () => (firstState = []))
  source.addEventListener('error', () => (connected.value = false))
  for (const type of ['host', 'alert', 'resolved', 'ready'] as const) {
    source.addEventListener(type, (message: MessageEvent<string>) => {
      // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- our own collector's words, of the same release as this page
      const event = JSON.parse(message.data) as LiveEvent
      if (firstState === undefined) return applyLive(event)
      if (event.type !== 'ready') return void firstState.push(event)
      timeZone.value = event.timeZone
      demo.value = event.demo === true
      replaceState(firstState)
      firstState = undefined
    })
  }
}

function replaceState(events: readonly LiveEvent[]): void {
  hosts.value = new Map()
  alerts.value = new Map()
  for (const event of events) applyLive(event)
  connected.value = true
}

function applyLive(event: LiveEvent): void {
  if (event.type === 'host') hosts.value = new Map(hosts.value).set(event.host.host, event.host)
  else if (event.type === 'alert')
    alerts.value = new Map(alerts.value).set(event.alert.fingerprint, event.alert)
  else if (event.type === 'resolved') {
    const rest = new Map(alerts.value)
    rest.delete(event.fingerprint)
    alerts.value = rest
  }
}
