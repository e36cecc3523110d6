/** In which a board's texts are. */
export type Language = 'zh' | 'en'

/** Which query language a board speaks: that of the embedded store and InfluxDB, or that of VictoriaMetrics and Prometheus. */
export type Dialect = 'influxql' | 'promql'

export const LANGUAGES: readonly Language[] = ['zh', 'en']
export const DIALECTS: readonly Dialect[] = ['influxql', 'promql']

/** One of the four forms in which each board is generated. */
export interface Edition {
  readonly dialect: Dialect
  readonly language: Language
}
