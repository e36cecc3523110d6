import type { LocalizedText } from '@wardround/protocol'
import type { BoardUid, Panel } from './panel.ts'

/** A board of Grafana: one file of boards/ declares one. */
export interface Board {
  /** At most 40 characters. */
  readonly uid: BoardUid
  readonly title: LocalizedText
  readonly description: LocalizedText
  /** Whose series say which projects, roles, hosts and instances there are to choose from. */
  readonly subjects: { readonly measurement: string; readonly field: string }
  /** The tag that tells the things on a host apart, if the board is about such things; its variable is always `instance`. */
  readonly instanceTag?: string
  /** What is shown first; `now-6h` if not said. */
  readonly from?: string
  readonly sections: readonly Section[]
}

/** Panels under a heading, from left to right and on as many lines as they need. */
export interface Section {
  readonly title: LocalizedText
  readonly panels: readonly Panel[]
}
