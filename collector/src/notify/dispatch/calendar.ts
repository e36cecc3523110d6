/** Which days are worked: weekends, public holidays and the weekends worked for them (调休). */
export interface Calendar {
  /** `dayMs`: 00:00 UTC of the date in question. */
  isWorkday(dayMs: number): boolean
}
