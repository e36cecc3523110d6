import type { LocalizedText } from '@wardround/program'

/** Days off and days worked instead, of one year, as their notice orders them. Days are written `2026-10-01`. */
export interface HolidayYear {
  readonly year: number
  /** Number of the notice. */
  readonly document: string
  readonly holidays: readonly Holiday[]
  /** Saturdays and Sundays that are worked (调休). */
  readonly workdays: readonly string[]
}

export interface Holiday {
  readonly name: LocalizedText
  readonly from: string
  /** The last day off. */
  readonly to: string
}

const NEW_YEAR = { zh: '元旦', en: "New Year's Day" }
const SPRING_FESTIVAL = { zh: '春节', en: 'Spring Festival' }
const QINGMING = { zh: '清明节', en: 'Qingming Festival' }
const LABOUR_DAY = { zh: '劳动节', en: 'Labour Day' }
const DRAGON_BOAT = { zh: '端午节', en: 'Dragon Boat Festival' }
const MID_AUTUMN = { zh: '中秋节', en: 'Mid-Autumn Festival' }
const NATIONAL_DAY = { zh: '国庆节', en: 'National Day' }

/** What the General Office of the State Council has ordered so far; it says the next year's days in the November before. */
export const CHINA_HOLIDAYS: readonly HolidayYear[] = [
  {
    year: 2025,
    document: '国办发明电〔2024〕12号',
    holidays: [
      { name: NEW_YEAR, from: '2025-01-01', to: '2025-01-01' },
      { name: SPRING_FESTIVAL, from: '2025-01-28', to: '2025-02-04' },
      { name: QINGMING, from: '2025-04-04', to: '2025-04-06' },
      { name: LABOUR_DAY, from: '2025-05-01', to: '2025-05-05' },
      { name: DRAGON_BOAT, from: '2025-05-31', to: '2025-06-02' },
      {
        name: { zh: '国庆节、中秋节', en: 'National Day and Mid-Autumn Festival' },
        from: '2025-10-01',
        to: '2025-10-08',
      },
    ],
    workdays: ['2025-01-26', '2025-02-08', '2025-04-27', '2025-09-28', '2025-10-11'],
  },
  {
    year: 2026,
    document: '国办发明电〔2025〕7号',
    holidays: [
      { name: NEW_YEAR, from: '2026-01-01', to: '2026-01-03' },
      { name: SPRING_FESTIVAL, from: '2026-02-15', to: '2026-02-23' },
      { name: QINGMING, from: '2026-04-04', to: '2026-04-06' },
      { name: LABOUR_DAY, from: '2026-05-01', to: '2026-05-05' },
      { name: DRAGON_BOAT, from: '2026-06-19', to: '2026-06-21' },
      { name: MID_AUTUMN, from: '2026-09-25', to: '2026-09-27' },
      { name: NATIONAL_DAY, from: '2026-10-01', to: '2026-10-07' },
    ],
    workdays: ['2026-01-04', '2026-02-14', '2026-02-28', '2026-05-09', '2026-09-20', '2026-10-10'],
  },
]
