// The embedded store by itself: journal records to merged files (samples per CPU-second, bytes a sample), memory a series, and queries over HTTP
// against a collector as it is released; VictoriaMetrics takes the same samples as line protocol and answers the same questions in the same run.
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { BundledCollector, openBenchDirectory } from './bundled-collector.ts'
import { fillCpus } from './store/data.ts'
import { measureIngest } from './store/ingest.ts'
import { measureMemory } from './store/memory.ts'
import { measurePeer } from './store/peer.ts'
import { measureQueries } from './store/questions.ts'

await using directory = await openBenchDirectory()
const stateStore = join(directory.path, 'collector', 'store')
await mkdir(stateStore, { recursive: true })
await measureIngest(stateStore)
fillCpus(stateStore)
await mkdir(join(directory.path, 'memory'))
await measureMemory(join(directory.path, 'memory'))
await using peer = await measurePeer(join(directory.path, 'victoria-metrics'))
await using collector = await BundledCollector.start(directory.path)
await measureQueries(collector, peer)
