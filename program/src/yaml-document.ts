import { isMap, isNode, isScalar, LineCounter, parseDocument, type Document } from 'yaml'
import { ConfigError, type ConfigProblem } from './config-error.ts'
import type { LocalizedText } from './language.ts'
import { describeYamlError } from './yaml-in-chinese.ts'

export type KeyPath = readonly (string | number)[]

/** A place in a file; both count from 1. */
export interface TextPosition {
  readonly line: number
  readonly column: number
}

/** A parsed YAML file that still knows where everything stood. */
export class YamlDocument {
  readonly file: string
  readonly value: unknown
  readonly #document: Document
  readonly #lines: LineCounter

  /** @throws ConfigError naming the place of the first syntax errors */
  constructor(file: string, text: string) {
    this.file = file
    this.#lines = new LineCounter()
    this.#document = parseDocument(text, {
      lineCounter: this.#lines,
      prettyErrors: false,
      uniqueKeys: true,
    })
    const problems = this.#document.errors.map((error) =>
      this.#syntaxProblem(error.pos[0], describeYamlError(error.code), error.message),
    )
    if (problems.length > 0) throw new ConfigError(problems)
    this.value = this.#toJs() ?? {}
  }

  /** @throws ConfigError for aliases that multiply without end */
  #toJs(): unknown {
    try {
      return this.#document.toJS()
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error)
      const chinese = '别名（*）没有对应的锚点（&），或展开后过大'
      throw new ConfigError([this.#syntaxProblem(0, chinese, message)], { cause: error })
    }
  }

  /** Where the value of a path stands; of the nearest parent that is there, when it is missing. */
  locate(path: KeyPath): TextPosition {
    for (let length = path.length; length > 0; length--) {
      const node = this.#document.getIn(path.slice(0, length), true)
      if (isNode(node) && node.range) return this.#position(node.range[0])
    }
    return this.#position(this.#document.contents?.range?.[0] ?? 0)
  }

  /** Where the key itself stands. */
  locateKey(path: KeyPath): TextPosition {
    const parent =
      path.length === 1 ? this.#document.contents : this.#document.getIn(path.slice(0, -1), true)
    const key = path.at(-1)
    if (isMap(parent)) {
      const pair = parent.items.find((item) => isScalar(item.key) && item.key.value === key)
      if (pair !== undefined && isScalar(pair.key) && pair.key.range)
        return this.#position(pair.key.range[0])
    }
    return this.locate(path)
  }

  problem(
    position: TextPosition,
    path: KeyPath,
    what: LocalizedText,
    expected?: LocalizedText,
    suggestion?: string,
  ): ConfigProblem {
    return { file: this.file, ...position, path: path.join('.'), what, expected, suggestion }
  }

  #syntaxProblem(offset: number, chinese: string, english: string): ConfigProblem {
    return this.problem(
      this.#position(offset),
      [],
      { zh: `YAML 语法错误：${chinese}`, en: `YAML syntax error: ${english}` },
      undefined,
    )
  }

  #position(offset: number): TextPosition {
    const { line, col } = this.#lines.linePos(offset)
    return { line: Math.max(line, 1), column: Math.max(col, 1) }
  }
}
