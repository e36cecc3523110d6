import { readFileSync } from 'node:fs'

import type { HostSession } from '../sources/host.ts'
import { openHost } from '../sources/host.ts'
import { ProcTree } from './proc-tree.ts'

/** Files of one machine, as they were recorded. */
export interface HostFixture {
  /** How, and on what. */
  readonly recordedWith: string
  readonly files: Readonly<Record<string, string>>
  /** What had changed in them so many milliseconds later. */
  readonly laterMs: number
  readonly later: Readonly<Record<string, string>>
}

/** @param name directory under probes/host/fixtures, e.g. `linux-6.18` */
export function readHostFixture(name: string): HostFixture {
  const file = new URL(`../probes/host/fixtures/${name}/host.json`, import.meta.url)
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- our own file, written in this shape
  return JSON.parse(readFileSync(file, 'utf8')) as HostFixture
}

/** A session on a directory of files that a test writes. */
export class HostTree implements AsyncDisposable {
  readonly tree: ProcTree
  readonly session: HostSession
  readonly #close: () => PromiseLike<void>

  private constructor(tree: ProcTree, session: HostSession, close: () => PromiseLike<void>) {
    this.tree = tree
    this.session = session
    this.#close = close
  }

  static async open(files: Readonly<Record<string, string>> = {}): Promise<HostTree> {
    const tree = await ProcTree.create()
    const opened = await openHost({ root: tree.root })
    const host = new HostTree(tree, opened.session, () => opened[Symbol.asyncDispose]())
    await host.write(files)
    return host
  }

  /** Files of the tree, over those of the same name. */
  async write(files: Readonly<Record<string, string>>): Promise<void> {
    for (const [path, text] of Object.entries(files)) await this.tree.write(path, text)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#close()
    await this.tree[Symbol.asyncDispose]()
  }
}
