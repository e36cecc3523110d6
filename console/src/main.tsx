import { render } from 'preact'
import { soundAlarms } from './alarm-sound.ts'
import { App } from './app.tsx'
import { followLive } from './live.ts'
import 'uplot/dist/uPlot.min.css'
import './style.css'

const root = document.querySelector('#app')
if (root !== null) render(<App />, root)
followLive()
soundAlarms()
