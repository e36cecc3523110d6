import { SEVERITIES } from '../../severity.ts'
import type { FiringAlert } from '../../../testing/promtool.ts'

/** A stretch of steps over which two engines say different things of one alert. */
export interface Disagreement {
  readonly alertname: string
  readonly host: string
  readonly fromStep: number
  readonly steps: number
  /** What each says at its beginning; '' for nothing. */
  readonly ours: string
  readonly theirs: string
  /** Ours has become milder here, or was severe and is no more. */
  readonly isStepDown: boolean
}

/** Where two engines disagree for longer than one evaluation. Of what fires in two severities the severer counts. */
export function disagreements(
  ours: readonly FiringAlert[],
  theirs: readonly FiringAlert[],
  steps: number,
): Disagreement[] {
  const [our, their] = [toTracks(ours), toTracks(theirs)]
  return [...new Set([...our.keys(), ...their.keys()])].sort().flatMap((id) => {
    const [alertname = '', host = ''] = id.split('\n')
    const said = (tracks: Tracks, step: number) => tracks.get(id)?.get(step) ?? ''
    const found: Disagreement[] = []
    for (let step = 0; step < steps; step++) {
      const fromStep = step
      while (step < steps && said(our, step) !== said(their, step)) step++
      if (step - fromStep <= 1) continue
      found.push({
        alertname,
        host,
        fromStep,
        steps: step - fromStep,
        ours: said(our, fromStep),
        theirs: said(their, fromStep),
        isStepDown: rank(said(our, fromStep)) < rank(said(our, fromStep - 1)),
      })
    }
    return found
  })
}

/** By alert and host, by step: the severest that fires. */
type Tracks = ReadonlyMap<string, ReadonlyMap<number, string>>

function toTracks(alerts: readonly FiringAlert[]): Tracks {
  const tracks = new Map<string, Map<number, string>>()
  for (const { alertname, host, severity, step } of alerts) {
    const id = `${alertname}\n${host}`
    const track = tracks.get(id) ?? new Map<number, string>()
    tracks.set(id, track)
    if (rank(severity) > rank(track.get(step))) track.set(step, severity)
  }
  return tracks
}

/** -1 where nothing fires. */
function rank(severity: string | undefined): number {
  return SEVERITIES.findIndex((name) => name === severity)
}
