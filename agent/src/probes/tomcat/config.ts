import { defineProbe, remembers } from '../../probe.ts'
import { sendWhenChanged, type SentDocument } from '../../sources/server/sent-document.ts'
import { tomcat } from '../../sources/tomcat.ts'

/**
 * What a Tomcat is configured with: document `tomcat_config:<instance>`, sent when it changes and once a day. Source: server.xml, web.xml,
 * context.xml and setenv below catalinaBase, /proc/[pid]/cmdline; passwords masked, tomcat-users.xml never read. Needs: `catalinaBase`,
 * and the group of Tomcat for its files.
 */
export default defineProbe({
  name: 'tomcat.config',
  source: tomcat,
  platforms: ['linux', 'darwin', 'win32'],
  everySeconds: 21_600,
  cost: 'cheap',
  reads: 'catalinaBase/conf/server.xml, web.xml, context.xml; bin/setenv.sh; /proc/[pid]/cmdline',
  needs: {
    zh: '设置 catalinaBase，并让采集代理可读其中的文件（usermod -aG tomcat wardround）',
    en: 'catalinaBase set, and its files readable for the agent (usermod -aG tomcat wardround)',
  },
  help: {
    zh: '配置清单：server.xml、web.xml、setenv、JVM 参数（密码已遮盖）',
    en: 'Inventory of the configuration: server.xml, web.xml, setenv, JVM arguments (passwords masked)',
  },
  measurements: {},
  remembers: remembers<SentDocument>(),
  async sample({ session, emitDocument, remark, memory, monotonicMs }) {
    const { files, unreadable, jvmArguments } = await session.configuration()
    for (const { file, reason } of unreadable)
      remark({
        zh: `无法读取 ${file}（${reason}）；可将采集代理的用户加入 Tomcat 的组：usermod -aG tomcat wardround`,
        en: `${file} can’t be read (${reason}); the agent’s user may join Tomcat’s group: usermod -aG tomcat wardround`,
      })
    const body = {
      files: files.map((file) => ({ ...file })),
      unreadable: unreadable.map((file) => ({ ...file })),
      jvmArguments: jvmArguments === undefined ? null : [...jvmArguments],
    }
    const name = `tomcat_config:${session.instance}`
    return sendWhenChanged({ emitDocument, monotonicMs }, name, body, memory)
  },
})
