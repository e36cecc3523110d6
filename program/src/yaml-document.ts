import {
  isAlias,
  isMap,
  isNode,
  isScalar,
  LineCounter,
  parseDocument,
  visit,
  type Document,
} from 'yaml'
import { ConfigError, type ConfigProblem } from './config-error.ts'
import type { LocalizedText } from './language.ts'
import {
  describeSyntax,
  findInvisible,
  findRepeated,
  isCyclic,
  type SyntaxFault,
} from './yaml-syntax.ts'

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
      uniqueKeys: false,
      stringKeys: true,
      logLevel: 'error',
    })
    const { errors } = this.#document
    const invisible = findInvisible(text)
    this.#refuse(invisible === undefined ? [] : [invisible])
    this.#refuse(describeSyntax(errors, this.#document, text))
    this.#refuse(findRepeated(this.#document))
    this.value = this.#toJs() ?? {}
  }

  /** @throws ConfigError for aliases that multiply without end, or hold themselves */
  #toJs(): unknown {
    let value: unknown
    try {
      value = this.#document.toJS()
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error)
      const what = { zh: '别名（*）没有对应的锚点（&），或展开后过大', en: message }
      throw this.#refusal([{ offset: this.#firstAlias() ?? 0, what, expected: undefined }], error)
    }
    const alias = this.#firstAlias()
    if (alias !== undefined && isCyclic(value))
      this.#refuse([{ offset: alias, what: HOLDS_ITSELF, expected: undefined }])
    return value
  }

  #firstAlias(): number | undefined {
    let offset: number | undefined
    visit(this.#document, {
      Alias(_, alias) {
        offset = isAlias(alias) ? alias.range?.[0] : undefined
        return visit.BREAK
      },
    })
    return offset
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

  /** @throws ConfigError where there is anything to refuse */
  #refuse(faults: readonly SyntaxFault[]): void {
    if (faults.length > 0) throw this.#refusal(faults)
  }

  #refusal(faults: readonly SyntaxFault[], cause?: unknown): ConfigError {
    const problems = faults.map(({ offset, what: { zh, en }, expected }) => {
      const what = { zh: `YAML 语法错误：${zh}`, en: `YAML syntax error: ${en}` }
      return this.problem(this.#position(offset), [], what, expected)
    })
    return new ConfigError(problems, { cause })
  }

  #position(offset: number): TextPosition {
    const { line, col } = this.#lines.linePos(offset)
    return { line: Math.max(line, 1), column: Math.max(col, 1) }
  }
}

const HOLDS_ITSELF: LocalizedText = {
  zh: '别名（*）引用了包含它自己的内容',
  en: 'this alias is of something that it is itself part of',
}
