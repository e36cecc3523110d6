import { type LocalizedText, nearestName } from '@wardround/program'

export type Path = readonly (string | number)[]

/** Something wrong with a project file, and where in its structure. */
export interface ProjectProblem {
  readonly path: Path
  readonly what: LocalizedText
  readonly expected: LocalizedText | undefined
  readonly suggestion: string | undefined
}

/** Collects what is wrong with a project file, so that one look shows all of it. */
export class ProjectProblems {
  readonly found: ProjectProblem[] = []

  add(path: Path, what: LocalizedText, expected?: LocalizedText, suggestion?: string): void {
    this.found.push({ path, what, expected, suggestion })
  }

  /** Names of which each may be there once. */
  addRepeated(names: readonly string[], pathOf: (index: number) => Path): void {
    names.forEach((name, index) => {
      if (names.indexOf(name) < index)
        this.add(pathOf(index), { zh: `“${name}”出现两次`, en: `"${name}" is there twice` })
    })
  }

  /** A name that must be one of those that the file gives to things of a kind. */
  checkName(
    name: string | undefined,
    known: readonly string[],
    path: Path,
    kind: LocalizedText,
  ): void {
    if (name === undefined || known.includes(name)) return
    this.add(
      path,
      {
        zh: `本文件中没有${kind.zh}“${name}”`,
        en: `there is no ${kind.en} "${name}" in this file`,
      },
      undefined,
      nearestName(name, [...known]),
    )
  }
}
