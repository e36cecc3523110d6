import { freePort } from '@wardround/program/testing'
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { MeasuredProcess } from './measured-process.ts'
import { findPeer, hasSystemd, untilAnswers } from './peers.ts'

/** What the agent measures, too; its packets go to a port where nobody listens. */
const COLLECTD_PLUGINS = ['cpu', 'memory', 'df', 'disk', 'interface', 'load', 'processes']

/** A peer of the agent, doing its normal work every 10 s. */
export interface AgentPeer extends AsyncDisposable {
  readonly name: string
  readonly process: MeasuredProcess
}

/** node_exporter, scraped every 10 s over HTTP as Prometheus does (gzip, one connection). Undefined where it isn't installed. */
export async function startNodeExporter(): Promise<AgentPeer | undefined> {
  const command = findPeer('prometheus-node-exporter', 'prometheus-node-exporter')
  if (command === undefined) return undefined
  const port = await freePort()
  const flags = [`--web.listen-address=127.0.0.1:${port}`, '--log.level=error']
  if (!hasSystemd()) flags.push('--no-collector.systemd')
  const process = await MeasuredProcess.start('node_exporter', [command, ...flags])
  const url = `http://127.0.0.1:${port}/metrics`
  await untilAnswers(url, 10_000)
  const scraping = setInterval(() => {
    fetch(url)
      .then((response) => response.arrayBuffer())
      .catch((error: unknown) => console.error(`node_exporter: ${String(error)}`))
  }, 10_000)
  return {
    name: 'node_exporter, scraped every 10 s',
    process,
    async [Symbol.asyncDispose]() {
      clearInterval(scraping)
      await process[Symbol.asyncDispose]()
    },
  }
}

/** collectd with what the agent measures, sending by UDP. Undefined where it isn't installed. */
export async function startCollectd(directory: string): Promise<AgentPeer | undefined> {
  const command = findPeer('collectd', 'collectd-core')
  if (command === undefined) return undefined
  const home = join(directory, 'collectd')
  await mkdir(home, { recursive: true })
  const config = [
    'Hostname "bench"',
    'FQDNLookup false',
    'Interval 10',
    `BaseDir "${home}"`,
    `PIDFile "${home}/pid"`,
    ...COLLECTD_PLUGINS.map((plugin) => `LoadPlugin ${plugin}`),
    'LoadPlugin network',
    `<Plugin network>\n  Server "127.0.0.1" "${await freePort()}"\n</Plugin>`,
    '',
  ]
  const file = join(home, 'collectd.conf')
  await writeFile(file, config.join('\n'))
  const process = await MeasuredProcess.start('collectd', [command, '-f', '-C', file])
  return { name: 'collectd', process, [Symbol.asyncDispose]: () => process[Symbol.asyncDispose]() }
}
