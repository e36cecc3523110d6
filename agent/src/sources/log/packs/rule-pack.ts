import type { RE2JS } from 're2js'
import { TOMCAT_RULES } from '../../tomcat/tomcat-rules.ts'
import { compileRule, type RuleText } from '../compile-rule.ts'
import { continuesJavaRecord } from '../java-records.ts'
import type { LogRule } from '../log-rule.ts'
import { continuesAlertRecord } from '../oracle-alert-records.ts'
import { eachLine, type Continues } from '../record-grouper.ts'
import { LINUX_RULES } from './linux-rules.ts'
import { MYSQL_RULES } from './mysql-rules.ts'
import { ORACLE_RULES } from './oracle-rules.ts'
import { POSTGRESQL_RULES } from './postgresql-rules.ts'

export const PACK_NAMES = ['none', 'linux', 'oracle', 'postgresql', 'mysql', 'tomcat'] as const

export type PackName = (typeof PACK_NAMES)[number]

/** Rules for one kind of log, and what belongs together in it. */
export interface RulePack {
  readonly names: readonly string[]
  readonly continues: Continues
  compile(engine: typeof RE2JS): readonly LogRule[]
}

export const RULE_PACKS: Readonly<Record<PackName, RulePack>> = {
  none: packOf([], eachLine),
  linux: packOf(LINUX_RULES, eachLine),
  oracle: packOf(ORACLE_RULES, continuesAlertRecord),
  postgresql: packOf(POSTGRESQL_RULES, eachLine),
  mysql: packOf(MYSQL_RULES, eachLine),
  tomcat: {
    names: TOMCAT_RULES.map(({ name }) => name),
    continues: continuesJavaRecord,
    compile: () => TOMCAT_RULES,
  },
}

function packOf(texts: readonly RuleText[], continues: Continues): RulePack {
  return {
    names: texts.map(({ name }) => name),
    continues,
    compile: (engine) => texts.map((text) => compileRule(engine, text)),
  }
}
