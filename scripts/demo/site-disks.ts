import { GIB } from './models/host-life.ts'
import type { FileSystem } from './models/host-plan.ts'
import { growing } from './site-parts.ts'

export function systemDisks(bornMs: number): FileSystem[] {
  return [
    fileSystem('/', 'vg_system-root', 80, growing(bornMs, 0.37, 0.0004)),
    fileSystem('/boot', 'sda1', 1, () => 0.31),
    fileSystem('/var', 'vg_system-var', 60, growing(bornMs, 0.44, 0.0015)),
  ]
}

export function fileSystem(
  path: string,
  device: string,
  gibibytes: number,
  used: FileSystem['used'],
): FileSystem {
  return { path, device, fstype: 'xfs', bytes: gibibytes * GIB, used }
}
