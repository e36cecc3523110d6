let turn: Promise<unknown> = Promise.resolve()

/**
 * One log is read at a time in this process: a log on a mount that hangs then holds one of libuv's few threads and not all of them, and one
 * buffer serves all.
 */
export function inTurn<T>(work: () => Promise<T>): Promise<T> {
  const mine = turn.then(work)
  turn = mine.catch(() => undefined) // whoever asked is told
  return mine
}
