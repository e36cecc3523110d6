/** Exit codes of both programs (interfaces.md). */
export const EXIT = {
  done: 0,
  failed: 1,
  usage: 2,
  unreachable: 69,
  notPermitted: 77,
  badConfiguration: 78,
} as const
