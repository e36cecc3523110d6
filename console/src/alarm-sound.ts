import { effect, signal } from '@preact/signals'
import { unclaimedAlerts } from './duty-alerts.ts'

const EVERY_MS = 5000
/** Hz and seconds of each tone. */
const CRITICAL: readonly Tone[] = [
  { pitch: 880, lasts: 0.18 },
  { pitch: 660, lasts: 0.18 },
  { pitch: 880, lasts: 0.18 },
]
const WARNING: readonly Tone[] = [{ pitch: 520, lasts: 0.25 }]

interface Tone {
  readonly pitch: number
  readonly lasts: number
}

/** Browsers play nothing before a click on the page: it is off until somebody turns it on. */
export const soundIsOn = signal(false)

let audio: AudioContext | undefined

/** To be called from a click. */
export async function switchSound(): Promise<void> {
  audio ??= new AudioContext()
  await audio.resume()
  soundIsOn.value = !soundIsOn.value
}

/** Sounds for as long as an alert waits to be claimed, wherever in the page somebody is. */
export function soundAlarms(): void {
  effect(() => {
    const worst = unclaimedAlerts.value[0]?.severity
    if (!soundIsOn.value || worst === undefined || worst === 'info') return undefined
    const tones = worst === 'critical' ? CRITICAL : WARNING
    play(tones)
    const timer = setInterval(() => play(tones), EVERY_MS)
    return () => clearInterval(timer)
  })
}

function play(tones: readonly Tone[]): void {
  if (audio === undefined) return
  let startsAt = audio.currentTime
  for (const { pitch, lasts } of tones) {
    const oscillator = audio.createOscillator()
    const volume = audio.createGain()
    volume.gain.value = 0.2
    oscillator.frequency.value = pitch
    oscillator.connect(volume).connect(audio.destination)
    oscillator.start(startsAt)
    startsAt += lasts
    oscillator.stop(startsAt)
  }
}
