/** A list of series numbers at the receiving end, with what is known of it. */
export class DecodedList {
  readonly numbers: Uint32Array<ArrayBuffer>
  readonly #highest: number
  /** undefined: not looked up yet; −1: several subjects. */
  #subjectId: number | undefined

  constructor(numbers: Uint32Array<ArrayBuffer>) {
    this.numbers = numbers
    this.#highest = numbers.reduce((highest, number) => Math.max(highest, number), 0)
  }

  /** The first number that is not below `defined`, if any. */
  firstUnknown(defined: number): number | undefined {
    if (this.#highest < defined) return undefined
    return this.numbers.find((number) => number >= defined)
  }

  /** The numbers with every unknown one replaced by `defined`, the place behind the known. */
  stateNumbers(defined: number): Uint32Array {
    if (this.#highest < defined) return this.numbers
    return this.numbers.map((number) => Math.min(number, defined))
  }

  /** The subject that all numbers share; undefined where they don't or where there are none. All must be known. */
  subjectId(subjectOf: Uint32Array): number | undefined {
    this.#subjectId ??= sharedSubject(this.numbers, subjectOf)
    return this.#subjectId === -1 ? undefined : this.#subjectId
  }
}

function sharedSubject(numbers: Uint32Array, subjectOf: Uint32Array): number {
  const first = numbers[0]
  if (first === undefined) return -1
  const subjectId = subjectOf[first]!
  return numbers.every((number) => subjectOf[number] === subjectId) ? subjectId : -1
}
