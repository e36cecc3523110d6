import type { Continues } from './record-grouper.ts'

/** Beginnings of lines with a time: Tomcat's own, in English and Chinese, and what log4j and logback write. */
const TIMED =
  /^\[?(?:\d{4}[-/]\d\d[-/]\d\d[ T]|\d{1,2}-[^\s-]{2,4}-\d{4} |[^\s\d]{2,4} \d{1,2}, \d{4} |\d\d:\d\d:\d\d[.,\] ])/

/** `Nov 22, 2026 10:11:12 AM org.apache…`, after which the message has a line of its own. */
const TWO_LINES = /^[^\s\d]{2,4} \d{1,2}, \d{4} /
const LEVEL =
  /^(?:SEVERE|WARNING|INFO|CONFIG|FINE|FINER|FINEST|严重|警告|信息|配置|详细|较详细|非常详细): /

/** Tomcat indents what it prints below its own line. */
export const CAUSE = /^\s*(?:Caused by: |Suppressed: |\.\.\. \d+ |at [\w.$/]+[.(<])/

/** `java.lang.IllegalStateException: text`, `Exception in thread "main" java.lang.OutOfMemoryError`. */
export const THROWABLE =
  /^\s*(?:Exception in thread .{0,200}? )?(?:[\w$]{1,200}\.){1,20}[\w$]{0,200}(?:Exception|Error|Throwable)\b(?:: |$)/

const FRAME = /^\s*at [\w.$/]+[.(<]/

/** Messages may have several lines before the first frame: those of Oracle and of JSP do. */
const LONGEST_MESSAGE = 20

/** Java's logs: a stack trace belongs to the line before it, with all its causes; what has a time begins anew. */
export const continuesJavaRecord: Continues = (line, record) => {
  if (line === '' || /^\s/.test(line) || CAUSE.test(line)) return true
  if (TIMED.test(line)) return false
  const [first = ''] = record
  if (record.length === 1 && TWO_LINES.test(first) && LEVEL.test(line)) return true
  const at = record.findLastIndex((one) => THROWABLE.test(one) || CAUSE.test(one))
  if (at >= 0 && THROWABLE.test(line)) return false
  // A message may have several lines; what programs print without a time stands each for itself.
  const isOpen = at >= 0 || TIMED.test(first)
  return isOpen && record.length - at <= LONGEST_MESSAGE && !record.slice(at + 1).some(isFrame)
}

export function isFrame(line: string): boolean {
  return FRAME.test(line)
}
