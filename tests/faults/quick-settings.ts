/** Deadlines of the agent, shortened so that a row ends soon. */
export const QUICK_UPLINK = {
  welcomeWithin: '3s',
  pingEvery: '1s',
  pongWithin: '3s',
  backOffFirst: '200ms',
  backOffMax: '2s',
} as const

export const QUICK_AGENT = { uplink: QUICK_UPLINK } as const

/** Deadlines of the collector, shortened likewise. */
export const QUICK_COLLECTOR = {
  deadlines: { silence: '5s', answer: '1s', probe: '500ms' },
} as const
