import { statfsSync } from 'node:fs'
import { join } from 'node:path'
import { errorCodeOf } from '@wardround/program/error-code'
import { MountHelper } from './mount-helper.ts'
import { toFailedAnswer, toSpace, type SpaceAnswer } from './space-answer.ts'

/** What FileSpace must know of a mount. */
export interface AskedMount {
  readonly path: string
  readonly mayHang: boolean
}

/** A local file system that took longer once is asked by the helper from then on. */
const SLOW_MS = 250

/** Asks file systems for their space: local ones at once, those that may hang through a helper process. */
export class FileSpace implements Disposable {
  readonly #root: string
  readonly #monotonicMs: () => number
  readonly #helper: MountHelper
  readonly #slow = new Set<string>()

  /** @param root directory under which the paths are looked up */
  constructor(root: string, monotonicMs: () => number = () => performance.now()) {
    this.#root = root
    this.#monotonicMs = monotonicMs
    this.#helper = new MountHelper({ monotonicMs })
  }

  /**
   * The answers, in the order of the mounts: no promise where all are local; else one that comes back
   * when all have answered, at the latest after the helper's deadline or at the signal.
   */
  ask(
    mounts: readonly AskedMount[],
    signal: AbortSignal,
  ): readonly SpaceAnswer[] | Promise<readonly SpaceAnswer[]> {
    const byHelper = ({ path, mayHang }: AskedMount): boolean => mayHang || this.#slow.has(path)
    if (!mounts.some(byHelper)) return mounts.map((mount) => this.#askLocal(mount))
    return Promise.all(
      mounts.map(async (mount) =>
        byHelper(mount)
          ? this.#helper.ask(join(this.#root, mount.path), signal)
          : this.#askLocal(mount),
      ),
    )
  }

  /** The guard: a call cannot be cut, but one that was slow is not made by the agent again. */
  #askLocal({ path }: AskedMount): SpaceAnswer {
    const startMs = this.#monotonicMs()
    try {
      return { kind: 'answered', space: toSpace(statfsSync(join(this.#root, path))) }
    } catch (error) {
      return toFailedAnswer(errorCodeOf(error) ?? 'UNKNOWN')
    } finally {
      if (this.#monotonicMs() - startMs > SLOW_MS) this.#slow.add(path)
    }
  }

  /** Ends the helper. */
  [Symbol.dispose](): void {
    this.#helper[Symbol.dispose]()
  }
}
