import { join } from 'node:path'
import { CATALOGUE } from '@wardround/protocol'
import type { LocatedText } from './place-problem.ts'
import { listYamlFiles, readEach, readYamlFile, refusal } from './read-yaml-files.ts'
import { toCatalogue, type Catalogue } from '../rules/catalogue.ts'
import { MetricFile } from '../rules/metrics/metric-file.ts'
import { readSiteMetrics } from '../rules/metrics/site-metrics.ts'

const EXPECTED = { zh: '可读的指标声明', en: 'declarations of metrics that can be read' }

/**
 * What rules may name: what the probes declare, and what a site does in its directory of metrics.
 * @throws ConfigError listing every problem with its file, line and column
 */
export async function readCatalogue(directory: string | undefined): Promise<Catalogue> {
  if (directory === undefined) return toCatalogue(CATALOGUE)
  const texts: LocatedText<MetricFile>[] = []
  await readEach(await listYamlFiles(directory, EXPECTED), async (name) => {
    texts.push(await readYamlFile(MetricFile, join(directory, name), EXPECTED))
  })
  const sources = texts.map(({ located }) => located)
  const { declarations, problems } = readSiteMetrics(sources, toCatalogue(CATALOGUE))
  if (problems.length > 0) throw refusal(problems, texts)
  return toCatalogue([...CATALOGUE, ...declarations])
}
