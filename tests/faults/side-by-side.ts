/** Runs trials that do little but wait, `atOnce` of them at a time; what each found, in their order. */
export async function sideBySide<Found>(
  trials: number,
  atOnce: number,
  run: (trial: number) => Promise<Found>,
): Promise<Found[]> {
  const found: Found[] = []
  let next = 1
  const runInTurn = async () => {
    for (let trial = next++; trial <= trials; trial = next++) found[trial - 1] = await run(trial)
  }
  await Promise.all(Array.from({ length: Math.min(atOnce, trials) }, runInTurn))
  return found
}
