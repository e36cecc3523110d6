/** The value at a percentile of values in rising order (nearest rank, as InfluxDB has it); there is at least one. */
export function nearestRank(sorted: Float64Array, percentile: number): number {
  const rank = Math.floor((sorted.length * percentile) / 100 + 0.5)
  return sorted[Math.max(1, rank) - 1]!
}
