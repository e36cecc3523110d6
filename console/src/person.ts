import { signal } from '@preact/signals'

const STORAGE_KEY = 'wardround.person'

/** Who sits at this browser, as they named themselves; '' until they did. It stands beside what they claim and silence. */
export const person = signal(localStorage.getItem(STORAGE_KEY) ?? '')

export function namePerson(name: string): void {
  person.value = name
  localStorage.setItem(STORAGE_KEY, name)
}
