/** A worker that doesn't say how it is within this time is not well. */
const STATUS_DEADLINE_MS = 5_000

/** What the promise resolves with. @throws Error when that takes longer than the deadline, else what it rejects with */
export async function withinDeadline<T>(
  promise: Promise<T>,
  deadlineMs = STATUS_DEADLINE_MS,
): Promise<T> {
  const deadline = Promise.withResolvers<never>()
  const timer = setTimeout(
    () => deadline.reject(new Error(`no answer within ${deadlineMs / 1000} s`)),
    deadlineMs,
  )
  try {
    return await Promise.race([promise, deadline.promise])
  } finally {
    clearTimeout(timer)
  }
}
