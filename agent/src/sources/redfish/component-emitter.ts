import type { arrayComponent } from '../../measurements/array-component.ts'
import { nameOf, stateOf } from './component.ts'
import type { Resource } from './resource.ts'

/** What a part may give beside its health. */
export type ComponentFields = {
  readonly [F in keyof typeof arrayComponent.fields]?: number | undefined
}

type Tags = { readonly array: string; readonly type: string; readonly name: string }

/** Emits parts of one device, each once in a run however many links lead to it. */
export class ComponentEmitter {
  readonly #subject: string
  readonly #emit: (tags: Tags, fields: ComponentFields) => void
  readonly #seen = new Set<string>()

  constructor(subject: string, emit: (tags: Tags, fields: ComponentFields) => void) {
    this.#subject = subject
    this.#emit = emit
  }

  /** Nothing for a part that is absent. */
  emit(type: string, resource: Resource, fields: ComponentFields = {}): void {
    this.#once(type, nameOf(resource), resource, fields)
  }

  /** Health of all parts of a kind, as their system sums it up; nothing where it does not. */
  emitSummary(type: string, system: Resource, summary: Resource): void {
    if (summary['Status'] !== undefined) this.#once(type, `${nameOf(system)}: all`, summary, {})
  }

  /** Values alone, of a part whose health another probe emits. */
  emitValues(type: string, resource: Resource, fields: ComponentFields): void {
    this.#emit({ array: this.#subject, type, name: nameOf(resource) }, fields)
  }

  #once(type: string, name: string, resource: Resource, fields: ComponentFields): void {
    const state = stateOf(resource)
    const key = `${type} ${name}`
    if (state === undefined || this.#seen.has(key)) return
    this.#seen.add(key)
    this.#emit({ array: this.#subject, type, name }, { ...state, ...fields })
  }
}
