export * from './metric.ts'
export * from './batch.ts'
export * from './series-table.ts'
export type * from './api.ts'
