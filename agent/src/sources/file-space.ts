import { statfsSync } from 'node:fs'
import { join } from 'node:path'

/** Room of one file system, statfs(2). */
export interface Space {
  readonly totalBytes: number
  /** Free to anybody. */
  readonly availableBytes: number
  /** Free to root. */
  readonly freeBytes: number
  readonly inodes: number
  readonly inodesFree: number
}

/** What asking a file system came to. */
export type SpaceAnswer =
  | { readonly kind: 'answered'; readonly space: Space }
  /** The call has not come back; since `sinceMs` on the monotonic clock. */
  | { readonly kind: 'hanging'; readonly sinceMs: number }
  | { readonly kind: 'refused'; readonly code: string }

/** Asks file systems for their space: local ones at once, those that may hang through the helper process. */
export class FileSpace implements AsyncDisposable {
  readonly #root: string

  constructor(root: string) {
    this.#root = root
  }

  /** Only for local file systems: the call has no deadline. */
  askLocal(path: string): SpaceAnswer {
    const space = statfsSync(join(this.#root, path))
    return {
      kind: 'answered',
      space: {
        totalBytes: space.blocks * space.bsize,
        availableBytes: space.bavail * space.bsize,
        freeBytes: space.bfree * space.bsize,
        inodes: space.files,
        inodesFree: space.ffree,
      },
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {}
}
