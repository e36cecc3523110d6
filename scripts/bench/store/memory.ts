import { execFile } from 'node:child_process'
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { printTable } from '../table.ts'

const MEMORY_HOSTS = [250, 1000]
const MEMORY_MAIN = join(import.meta.dirname, 'memory-main.ts')

/** What the head takes, with the store's own table of series, in processes of their own. */
export async function measureMemory(directory: string): Promise<void> {
  const rows = []
  for (const hosts of MEMORY_HOSTS) {
    const path = join(directory, String(hosts))
    await mkdir(path, { recursive: true })
    // The worker's young generation, see open-embedded-store.ts.
    const flags = ['--expose-gc', '--max-semi-space-size=4', MEMORY_MAIN, path, String(hosts)]
    const { stdout } = await promisify(execFile)(process.execPath, flags)
    const { series, liveBytes, rssBytes } = JSON.parse(stdout)
    rows.push({
      series,
      'live bytes/series': liveBytes / series,
      'RSS bytes/series': rssBytes / series,
    })
  }
  printTable('Memory of the store, every series at 10 s', rows)
}
