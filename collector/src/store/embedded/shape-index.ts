import type { SeriesTable } from '@wardround/protocol'

/** Finds the shapes of a measurement and field without looking at all that there are. */
export class ShapeIndex {
  readonly #table: SeriesTable
  readonly #byField = new Map<string, Map<string, number[]>>()
  #indexed = 0

  constructor(table: SeriesTable) {
    this.#table = table
  }

  find(measurement: string, field: string): readonly number[] {
    this.#catchUp()
    return this.#byField.get(measurement)?.get(field) ?? []
  }

  #catchUp(): void {
    for (; this.#indexed < this.#table.shapeCount; this.#indexed++) {
      const { measurement, field } = this.#table.shape(this.#indexed)
      const fields = this.#byField.get(measurement) ?? new Map<string, number[]>()
      this.#byField.set(measurement, fields)
      const shapes = fields.get(field)
      if (shapes === undefined) fields.set(field, [this.#indexed])
      else shapes.push(this.#indexed)
    }
  }
}
