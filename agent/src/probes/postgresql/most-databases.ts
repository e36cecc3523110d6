/** Of a server with more databases, so many are read. */
export const MOST_DATABASES = {
  type: 'integer',
  minimum: 1,
  maximum: 1_000,
  default: 200,
  help: { zh: '最多采集的数据库个数', en: 'Most databases that are read' },
} as const
