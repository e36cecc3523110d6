import { spawnSync } from 'node:child_process'
import { closeSync, mkdtempSync, openSync, rmdirSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** A test's way to say that it cannot run here, and why. */
export type Skip = (note: string) => never

/**
 * A real FUSE file system whose server never answers: this process holds its end and does not read it.
 * Whoever asks it for anything waits until break() or the disposal.
 */
export class HangingMount implements Disposable {
  readonly path: string
  #server: number | undefined

  private constructor(path: string, server: number) {
    this.path = path
    this.#server = server
  }

  /** Mounts one, or skips the test where this system does not let us. */
  static open(skip: Skip): HangingMount {
    if (process.platform !== 'linux')
      return skip('not on this machine: FUSE is tried on Linux alone')
    const server = openFuse()
    if (server === undefined)
      return skip('not on this machine: /dev/fuse is not there or not for this user')
    const path = mkdtempSync(join(tmpdir(), 'hanging-mount-'))
    const options = 'fd=3,rootmode=40000,user_id=0,group_id=0,allow_other'
    const result = spawnSync('mount', ['-i', '-t', 'fuse', '-o', options, 'hanging', path], {
      stdio: ['ignore', 'ignore', 'pipe', server],
      encoding: 'utf8',
    })
    if (result.status === 0) return new HangingMount(path, server)
    closeSync(server)
    rmdirSync(path)
    return skip(`not on this machine: mounting is not permitted: ${result.stderr.trim()}`)
  }

  /** The waiting calls fail with ENOTCONN, as when the server of such a file system dies. */
  break(): void {
    if (this.#server !== undefined) closeSync(this.#server)
    this.#server = undefined
  }

  [Symbol.dispose](): void {
    this.break()
    spawnSync('umount', ['-l', this.path])
    rmdirSync(this.path)
  }
}

function openFuse(): number | undefined {
  try {
    return openSync('/dev/fuse', 'r+')
  } catch {
    // No module, or no right: the test is skipped with that reason.
    return undefined
  }
}
