// The other side of the benchmark snmp: so many switches on UDP ports of 127.0.0.1. Prints their ports as JSON, then answers until it is ended.
import { brocadeWalk, UdpDevice } from '@wardround/agent/testing'

const [devices = 1, ports = 1] = process.argv.slice(2).map(Number)
const walk = brocadeWalk(Array.from({ length: ports }, () => ({})))
const started = await Promise.all(Array.from({ length: devices }, () => UdpDevice.start(walk)))
for (const device of started) device.keepsRequests = false
// a clock that stands still would look like a device that restarts
const startedMs = performance.now()
setInterval(() => {
  for (const device of started)
    device.setUpTime(8_640_000 + Math.round((performance.now() - startedMs) / 10))
}, 1_000)
console.log(JSON.stringify(started.map(({ port }) => port)))
