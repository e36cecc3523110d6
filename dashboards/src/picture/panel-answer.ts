/** What a store answered to one query of a panel, as InfluxDB's HTTP API has it. */
export interface PanelAnswer {
  readonly refId: string
  readonly series: readonly AnsweredSeries[]
}

export interface AnsweredSeries {
  readonly tags?: Readonly<Record<string, string>>
  /** `time` first. */
  readonly columns: readonly string[]
  /** Times are epoch ms. */
  readonly values: readonly (readonly (number | string | null)[])[]
}

/** A line, band or tile. */
export interface NamedSeries {
  readonly refId: string
  readonly name: string
  /** [epoch ms, value]; null: a window without a sample. */
  readonly points: readonly (readonly [number, number | null])[]
}

/** Series under the names that a query's legend gives them. */
export function nameSeries(
  { refId, series }: PanelAnswer,
  legend: string | undefined,
): NamedSeries[] {
  return series.map(({ tags = {}, values }) => ({
    refId,
    name: (legend ?? '').replaceAll(/\$tag_(\w+)/g, (_, tag: string) => tags[tag] ?? ''),
    points: values.map(([time, value]) => [Number(time), typeof value === 'number' ? value : null]),
  }))
}

/** The newest number of a series. */
export function lastOf({ points }: NamedSeries): number | undefined {
  return points.findLast(([, value]) => value !== null)?.[1] ?? undefined
}
