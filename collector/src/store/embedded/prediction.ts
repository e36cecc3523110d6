/** How the next number is guessed from those before; integer-column.ts has the formulas. */
export interface Prediction {
  /** Share of the last deviation that is expected again, in eighths. */
  readonly weight: number
  readonly center: number
  /** Sum of the squares that is left, about. */
  readonly left: number
}

/** In a short column a mean is not worth its bytes. */
const MIN_CENTERED = 8

/** The level's mean and how fast it is returned to. `y` are whole numbers within 2^27 of the first, which is 0. */
export function chooseLevel(y: Int32Array, count: number): Prediction {
  let sum = 0
  for (let i = 0; i < count; i++) sum += y[i]!
  const center = Math.round(sum / count) | 0
  let variance = 0
  let covariance = 0
  let last = 0
  for (let i = 0; i < count; i++) {
    const z = (y[i]! - center) | 0
    variance += z * z
    covariance += z * last
    last = z
  }
  return toPrediction(center, variance, covariance)
}

/** The mean of the steps from one number to the next, and how much of a deviation from it lasts. `steps[0]` is not looked at. */
export function chooseDifference(steps: Int32Array, count: number): Prediction {
  let sum = 0
  for (let i = 1; i < count; i++) sum += steps[i]!
  const mean = Math.round(sum / (count - 1)) | 0
  let variance = 0
  let covariance = 0
  let below = 0
  let last = 0
  for (let i = 1; i < count; i++) {
    const z = (steps[i]! - mean) | 0
    variance += z * z
    covariance += z * last
    below += z >>> 31
    last = z
  }
  // Where nearly all is below the mean, an outlier made it: most steps are rather 0.
  const center = count < MIN_CENTERED || below * 8 > count * 7 ? 0 : mean
  return toPrediction(center, variance, covariance)
}

function toPrediction(center: number, variance: number, covariance: number): Prediction {
  if (covariance <= 0) return { weight: 0, center, left: variance }
  const weight = Math.min(7, Math.round((covariance / variance) * 8))
  const share = weight / 8
  return { weight, center, left: variance * (1 + share * share) - 2 * share * covariance }
}

/** Fills `residuals`, zigzag; returns about how many bits they need. */
export function levelResiduals(
  y: Int32Array,
  count: number,
  { weight, center }: Prediction,
  residuals: Int32Array,
): number {
  let bits = 0
  let last = 0
  for (let i = 0; i < count; i++) {
    const z = (y[i]! - center) | 0
    const residual = (z - (Math.imul(last, weight) >> 3)) | 0
    const zigzag = (residual << 1) ^ (residual >> 31)
    bits = (bits + 32 - Math.clz32(zigzag)) | 0
    residuals[i] = zigzag
    last = z
  }
  return bits
}

/** The same for steps; the first residual is 0. */
export function differenceResiduals(
  steps: Int32Array,
  count: number,
  { weight, center }: Prediction,
  residuals: Int32Array,
): number {
  let bits = 0
  let last = 0
  residuals[0] = 0
  for (let i = 1; i < count; i++) {
    const z = (steps[i]! - center) | 0
    const residual = (z - (Math.imul(last, weight) >> 3)) | 0
    const zigzag = (residual << 1) ^ (residual >> 31)
    bits = (bits + 32 - Math.clz32(zigzag)) | 0
    residuals[i] = zigzag
    last = z
  }
  return bits
}
