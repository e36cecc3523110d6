import type { FieldGiver } from '../catalogue.ts'
import { RuleTextError } from '../rule-problem.ts'
import { fieldsOf, readName, type Expression, type FieldNode } from './expression.ts'

type Probes = readonly FieldGiver[]

/**
 * The probe that gives all of what a rule reads. Probes that share a measurement run at times of their own, so what two of them give never comes
 * in one point, and a rule that needs both would never be judged.
 */
export class OneProbe {
  readonly #all: Probes
  #left: Probes
  #taken: readonly FieldNode[]

  constructor(probes: Probes = [], taken: readonly FieldNode[] = []) {
    this.#all = probes
    this.#taken = taken
    this.#left = taken.reduce(givingField, probes)
  }

  /** The same so far, going on by itself. */
  fork(): OneProbe {
    return new OneProbe(this.#all, this.#taken)
  }

  /** @throws RuleTextError where no probe gives what an expression reads together with what was taken before */
  take(node: Expression): void {
    if (this.#all.length === 0) return
    for (const field of fieldsOf(node)) {
      const left = givingField(this.#left, field)
      if (left.length === 0) throw this.#apart(field)
      this.#left = left
      this.#taken = [...this.#taken, field]
    }
  }

  /** Names a field taken before that comes from elsewhere. */
  #apart(field: FieldNode): RuleTextError {
    const givers = givingField(this.#all, field)
    const other =
      this.#taken.find((taken) => givingField(givers, taken).length === 0) ?? this.#taken[0]
    const own = namesOf(givers)
    const others = namesOf(other === undefined ? [] : givingField(this.#all, other))
    const [name, otherName] = [readName(field), other === undefined ? '' : readName(other)]
    return new RuleTextError(
      field.at,
      {
        zh: `${name} 由探针 ${own.join('、')} 采集，${otherName} 由 ${others.join('、')} 采集，二者不在同一数据点中，规则永远无法判断`,
        en: `${name} is read by probe ${own.join(', ')}, ${otherName} by ${others.join(', ')}: they never come in one point, and the rule would never be judged`,
      },
      {
        zh: '由同一探针采集的字段；否则请拆成两条规则',
        en: 'fields of one probe; else two rules',
      },
    )
  }
}

function givingField(probes: Probes, { field }: FieldNode): Probes {
  return probes.filter(({ fields }) => fields.includes(field))
}

function namesOf(probes: Probes): string[] {
  return probes.map(({ name }) => name)
}
