/**
 * Whose silence a rule may be about. agent: of every host that has one. collector: of another collector, which sends heartbeats here. network: of the
 * named targets by which this collector checks its own network. store: of a store outside, which takes no samples.
 */
export const SILENT_KINDS = ['agent', 'collector', 'network', 'store'] as const

export type SilentKind = (typeof SILENT_KINDS)[number]

/** The kind that a rule's `noData` names; undefined: it names a measurement. */
export function silentKindOf(noData: string | undefined): SilentKind | undefined {
  return SILENT_KINDS.find((kind) => kind === noData)
}
