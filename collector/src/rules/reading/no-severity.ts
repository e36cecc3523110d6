/** What is said of a rule without any severity. */
export const NO_SEVERITY = {
  what: { zh: '没有任何级别', en: 'there is no severity' },
  expected: {
    zh: 'info、warning、critical 中至少一个',
    en: 'at least one of info, warning, critical',
  },
}
