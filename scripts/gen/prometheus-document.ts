import { DIFFERENCES } from '../../collector/src/rules/prometheus/differences.ts'
import { TEXT_NOTICE } from './generated-file.ts'
import { formatTable } from './markdown-table.ts'

const ENGLISH = `# The rules in Prometheus

[中文](rules-in-prometheus.zh-CN.md)

\`\`\`sh
wardround-collector export-rules --language en --out wardround.rules.yml
promtool check rules wardround.rules.yml
\`\`\`

writes the rules in force (\`--config FILE\`; without a configuration those that come with Wardround) as alerting rules for Prometheus 2.42 or
later, with the texts in Chinese or English. They need the agents' samples under the same names: a metric is \`measurement_field\`, a tag is a
label (\`host\`, \`project\` and \`role\` among them; where Prometheus scrapes them, with \`honor_labels: true\`). A field whose name is no PromQL
identifier is asked for as \`{__name__="linux_sysctl_fs_file-nr"}\`.

- One rule for each severity, with the labels \`severity\`, \`clauses\` (ids of the contract clauses that it serves) and \`numbers\` (\`contract\`
  or \`platform\`: whose its numbers are). What \`overrides\` say is a rule of its own, with the label
  \`override\`. An \`inhibit_rule\` on \`alertname\` and \`host\` lets critical hide warning.
- What identifies a point are host, project, role and the identifying tags; descriptive tags are aggregated away.
- \`clear\` with a number of its own looks at the series \`ALERTS\` of the alert itself; its duration is \`keep_firing_for\`.
- What comes more seldom than every 100 seconds is read with \`last_over_time\` over three of its intervals.
- What PromQL can't say (silence of agents, baselines, events, a regular expression with look-around) stands at the head of the file as comments,
  with the reason.
- vmalert reads the file from version 1.89 on, which knows \`keep_firing_for\`; without these lines older ones do. It needs \`-remoteWrite.url\` and
  \`-remoteRead.url\`, or there is no \`ALERTS\` to look at.

## Where Prometheus judges otherwise

A test feeds the same series to our engine and to the real Prometheus 2.42 (gaps, flapping, counter resets, missing fields, late samples) and
compares at every evaluation what fires. Where the two disagree for longer than one evaluation, one of these is the reason; nothing else is
allowed. *tested*: the test meets it; the others it can't meet by their nature.
`

const CHINESE = `# 在 Prometheus 中使用这些规则

[English](rules-in-prometheus.md)

\`\`\`sh
wardround-collector export-rules --language zh-CN --out wardround.rules.yml
promtool check rules wardround.rules.yml
\`\`\`

把启用的规则（用 \`--config FILE\` 指定配置；没有配置时为自带规则）写成 Prometheus 2.42 及以上版本的告警规则，文字可选中文或英文。前提是 Prometheus 中有同名的数据：指标名为“测量项_字段”，标签与采集代理的一致（包括 \`host\`、\`project\`、\`role\`；如果由 Prometheus 抓取，须设置 \`honor_labels: true\`）。名称不是 PromQL 标识符的字段写作 \`{__name__="linux_sysctl_fs_file-nr"}\`。

- 每个级别一条规则，带有标签 \`severity\`、\`clauses\`（所服务的合同条款编号）和 \`numbers\`（数值是合同要求 \`contract\` 还是本平台默认值 \`platform\`）。\`overrides\` 另成一条规则，带标签 \`override\`。用 \`inhibit_rule\`（按 \`alertname\` 与 \`host\`）让严重抑制警告。
- 标识一个对象的是主机、项目、角色和标识标签；描述性标签被聚合掉。
- 有单独数值的 \`clear\` 通过告警自身的 \`ALERTS\` 序列实现，持续时间为 \`keep_firing_for\`。
- 采集间隔超过 100 秒的字段用 \`last_over_time\` 读取，范围为 3 个采集间隔。
- PromQL 无法表达的规则（采集代理失联、基线、事件、含环视的正则表达式）列在文件开头的注释中，并说明原因。
- vmalert 从 1.89 版起支持 \`keep_firing_for\`，可直接使用；更早的版本须删去这些行。必须配置 \`-remoteWrite.url\` 和 \`-remoteRead.url\`，否则没有 \`ALERTS\` 序列。

## 与 Prometheus 判断不同之处

有一项测试把同样的序列（缺数、抖动、计数器重置、缺字段、补传）同时交给本平台的规则引擎和真实的 Prometheus 2.42，逐个评估周期比较触发的告警。两者不一致超过一个评估周期时，原因必须是下表之一。*已测*：测试中会遇到；其余的因其性质无法在测试中出现。
`

/** Texts of docs/rules-in-prometheus.md and its Chinese twin. */
export function formatPrometheusDocuments(): { readonly en: string; readonly zh: string } {
  const english = DIFFERENCES.map(({ id, what, isMet }) => [
    `\`${id}\``,
    what.en,
    isMet ? 'tested' : '',
  ])
  const chinese = DIFFERENCES.map(({ id, what, isMet }) => [
    `\`${id}\``,
    what.zh,
    isMet ? '已测' : '',
  ])
  return {
    en: [TEXT_NOTICE, ENGLISH, formatTable(['', 'What is otherwise', ''], english)].join('\n'),
    zh: [TEXT_NOTICE, CHINESE, formatTable(['', '差别', ''], chinese)].join('\n'),
  }
}
