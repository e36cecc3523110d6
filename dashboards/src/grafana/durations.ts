/** Seconds as Grafana writes a length of time, e.g. `20s`, `10m`, `18h`: in the largest unit that it is whole in. */
export function toDuration(seconds: number): string {
  const units = [
    [86_400, 'd'],
    [3600, 'h'],
    [60, 'm'],
  ] as const
  const [length, name] = units.find(([unit]) => seconds % unit === 0) ?? [1, 's']
  return `${seconds / length}${name}`
}
