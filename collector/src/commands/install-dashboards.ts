import { readFile } from 'node:fs/promises'
import { type Language, pickText, UsageError } from '@wardround/program'
import { GrafanaClient } from '../grafana/grafana-client.ts'
import { installBoards } from '../grafana/install-boards.ts'
import { readBoards, type BoardStore } from '../grafana/read-boards.ts'
import { VERSION } from '../version.ts'
import { say } from './ask-collector.ts'

export interface InstallDashboardsOptions {
  readonly url: string
  readonly token?: string
  readonly tokenFile?: string
  readonly store: BoardStore
}

/**
 * `dashboards install`: puts our boards into a Grafana that is already there, in the language of the messages. It needs no collector and no configuration. Exit code
 * 69 where Grafana can't be reached, 77 where it refuses the token, 1 where it does not take a board.
 */
export async function installDashboards(
  options: InstallDashboardsOptions,
  language: Language,
): Promise<void> {
  const token = await tokenOf(options, language)
  const grafana = new GrafanaClient({ url: options.url, token })
  const boards = readBoards({ store: options.store, language: language === 'en' ? 'en' : 'zh' })
  for await (const { title, path } of installBoards(grafana, boards, `Wardround ${VERSION}`))
    process.stdout.write(`${title}\t${path}\n`)
  say(
    {
      zh: `已把 ${boards.length} 个看板放入 Grafana 的 Wardround 文件夹；打开后在左上角选择数据源`,
      en: `${boards.length} boards are in the folder Wardround of Grafana; choose the data source at their top left`,
    },
    language,
  )
}

async function tokenOf(
  { token, tokenFile }: InstallDashboardsOptions,
  language: Language,
): Promise<string> {
  if ((token === undefined) === (tokenFile === undefined)) {
    const text = {
      zh: '应给出 --token 或 --token-file 之一（文件更好：命令行会被其他用户看到）',
      en: 'one of --token and --token-file is expected (the file, rather: others can see a command line)',
    }
    throw new UsageError(pickText(text, language))
  }
  return (token ?? (await readFile(tokenFile ?? '', 'utf8'))).trim()
}
