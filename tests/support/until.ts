/** Asks again and again until the answer is yes. Rejects after `withinMs`: a bound for liveness, with room to spare. */
export async function until(
  what: string,
  holds: () => boolean | Promise<boolean>,
  withinMs: number,
  everyMs = 100,
): Promise<void> {
  const untilMs = performance.now() + withinMs
  while (!(await holds())) {
    if (performance.now() > untilMs) throw new Error(`${what}: not within ${withinMs} ms`)
    await pass(everyMs)
  }
}

/** Lets real time pass, where the time itself is what is tested. */
export function pass(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms))
}
