/** Index of the first value that is NaN or infinite; −1 if all are finite. */
export function firstNotFinite(values: Float64Array): number {
  // x − x is 0 for finite numbers, NaN for others. Four sums, so that no addition waits for the one before.
  let a = 0
  let b = 0
  let c = 0
  let d = 0
  const whole = values.length & ~3
  for (let i = 0; i < whole; i += 4) {
    a += difference(values[i]!)
    b += difference(values[i + 1]!)
    c += difference(values[i + 2]!)
    d += difference(values[i + 3]!)
  }
  for (let i = whole; i < values.length; i++) a += difference(values[i]!)
  return a + b + c + d === 0 ? -1 : values.findIndex((value) => !Number.isFinite(value))
}

function difference(value: number): number {
  return value - value
}
