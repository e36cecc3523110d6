import { EXIT } from '@wardround/program'
import type { GrafanaClient } from './grafana-client.ts'
import { wordsOf } from './grafana-client.ts'
import { GrafanaError } from './grafana-error.ts'
import type { BoardFile } from './read-boards.ts'

/** Where our boards lie in Grafana. */
const FOLDER = { uid: 'wardround', title: 'Wardround' }

/** A board that Grafana has taken. */
export interface InstalledBoard {
  readonly title: string
  /** Below Grafana's address, e.g. `/d/wardround-host/host`. */
  readonly path: string
}

/**
 * Puts boards into a folder of their own, over those of the same uid: again changes nothing else.
 * @throws GrafanaError at the first that is not taken; what came before it stays
 */
export async function* installBoards(
  grafana: GrafanaClient,
  boards: readonly BoardFile[],
  message: string,
): AsyncGenerator<InstalledBoard> {
  await ensureFolder(grafana)
  for (const { dashboard, title, uid } of boards) {
    const { status, body } = await grafana.post('/api/dashboards/db', {
      dashboard,
      folderUid: FOLDER.uid,
      overwrite: true,
      message,
    })
    if (status !== 200) throw notTaken(`${title}（${uid}）`, `${title} (${uid})`, status, body)
    yield { title, path: typeof body['url'] === 'string' ? body['url'] : `/d/${uid}` }
  }
}

async function ensureFolder(grafana: GrafanaClient): Promise<void> {
  const found = await grafana.get(`/api/folders/${FOLDER.uid}`)
  if (found.status === 200) return
  const { status, body } = await grafana.post('/api/folders', FOLDER)
  // Another who installs at the same time was quicker.
  if (status === 200 || status === 409 || status === 412) return
  throw notTaken(`文件夹“${FOLDER.title}”`, `folder ${FOLDER.title}`, status, body)
}

function notTaken(
  zh: string,
  en: string,
  status: number,
  body: Readonly<Record<string, unknown>>,
): GrafanaError {
  const said = wordsOf(body)
  return new GrafanaError(
    {
      zh: `Grafana 没有接受 ${zh}：HTTP ${status}，${said}`,
      en: `Grafana did not take ${en}: HTTP ${status}, ${said}`,
    },
    EXIT.failed,
  )
}
