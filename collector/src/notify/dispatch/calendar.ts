/** Which days are worked: weekends, public holidays and the weekends worked for them (调休). */
export interface Calendar {
  /** `day`: days since 1970-01-01. */
  isWorkdayOn(day: number): boolean
}
