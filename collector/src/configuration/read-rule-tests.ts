import { checkYaml, ConfigError, readYamlText, type TextPosition } from '@wardround/program'
import { placeProblem } from './place-problem.ts'
import type { Catalogue } from '../rules/catalogue.ts'
import type { RuleSet } from '../rules/compiled-rule.ts'
import { ProblemList } from '../rules/problem-list.ts'
import { checkUnitTest } from '../rules/unit-tests/check-unit-test.ts'
import { RuleTestFile, type RuleTest } from '../rules/unit-tests/unit-test-schema.ts'

/** A test of rules, and where it stands in its file. */
export interface PlacedTest {
  readonly test: RuleTest
  readonly position: TextPosition
}

/**
 * Reads a file of rule tests and checks it against the rules that it is for.
 * @throws ConfigError naming everything that is wrong with its line and column
 */
export async function readRuleTests(
  file: string,
  rules: RuleSet,
  catalogue: Catalogue,
): Promise<PlacedTest[]> {
  const text = await readYamlText(file, READABLE)
  const located = checkYaml(RuleTestFile, { file, text })
  const problems = new ProblemList()
  for (const [index, test] of located.value.tests.entries())
    checkUnitTest(test, ['tests', index], { rules, catalogue, problems })
  if (problems.problems.length > 0) {
    const lines = text.split('\n')
    throw new ConfigError(
      problems.problems.map((problem) => placeProblem(problem, { located, lines })),
    )
  }
  return located.value.tests.map((test, index) => ({
    test,
    position: located.locate(['tests', index]),
  }))
}

const READABLE = { zh: '可读的规则测试文件', en: 'a file of rule tests that can be read' }
