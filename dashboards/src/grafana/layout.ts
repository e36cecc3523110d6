import type { GridPos } from '@grafana/grafana-foundation-sdk/dashboard'
import type { Section } from '../board.ts'
import type { Panel } from '../panel.ts'

const GRID_WIDTH = 24

const SIZES: Readonly<Record<Panel['kind'], { readonly w: number; readonly h: number }>> = {
  timeseries: { w: 12, h: 8 },
  states: { w: 24, h: 7 },
  calendar: { w: 24, h: 7 },
  stat: { w: 24, h: 4 },
  table: { w: 24, h: 9 },
}

/** Where a section's heading stands, and each of its panels. */
export interface PlacedSection {
  readonly heading: GridPos
  readonly panels: readonly GridPos[]
}

/** Section under section; within one, from left to right, and on a new line where the width is used up. */
export function layOut(sections: readonly Section[]): PlacedSection[] {
  let top = 0
  return sections.map(({ panels }) => {
    const heading = { x: 0, y: top, w: GRID_WIDTH, h: 1 }
    const { placed, bottom } = flow(panels, top + 1)
    top = bottom
    return { heading, panels: placed }
  })
}

function flow(panels: readonly Panel[], top: number): { placed: GridPos[]; bottom: number } {
  let [x, y, lineHeight] = [0, top, 0]
  const placed = panels.map((panel) => {
    const { w, h } = sizeOf(panel)
    if (x + w > GRID_WIDTH) [x, y, lineHeight] = [0, y + lineHeight, 0]
    const place = { x, y, w, h }
    x += w
    lineHeight = Math.max(lineHeight, h)
    return place
  })
  return { placed, bottom: y + lineHeight }
}

function sizeOf({ kind, width, height }: Panel): { w: number; h: number } {
  const { w, h } = SIZES[kind]
  return { w: width ?? w, h: height ?? h }
}
