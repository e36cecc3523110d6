import { useState } from 'preact/hooks'
import { endSilence, fetchSilences, makeSilence, type SilenceRow } from './alert-api.ts'
import { formatTime } from './format.ts'
import { text } from './i18n/language.ts'
import { person } from './person.ts'
import { useAction } from './use-action.ts'
import { useRefreshed } from './use-refreshed.ts'

const REFRESH_MS = 15_000
const HOUR_MS = 3_600_000
const NONE: readonly SilenceRow[] = []
const HOURS = [1, 2, 4, 8, 24, 72]

/** The silences in force or to come, with who made them and until when; and a form for one more. */
export function SilencesList() {
  const [silences, refresh] = useRefreshed(fetchSilences, NONE, REFRESH_MS, [])
  const [run, failure] = useAction()
  return (
    <section data-part="silences">
      <h2>{text('silences')}</h2>
      {silences.map((silence) => (
        <p key={silence.id} class="card silence">
          <span>
            <strong>{describe(silence)}</strong> {silence.comment}
            <small>
              {silence.author} · {text('silence.until')}
              {formatTime(Date.parse(silence.endsAt), Date.now())}
            </small>
          </span>
          <button type="button" onClick={() => run(() => endSilence(silence.id).then(refresh))}>
            {text('silence.end')}
          </button>
        </p>
      ))}
      {failure !== undefined && <p class="failure">{failure}</p>}
      <SilenceForm onMade={refresh} />
    </section>
  )
}

function describe({ where }: SilenceRow): string {
  return Object.entries(where)
    .map(([label, values]) => `${label}: ${[values].flat().join(', ')}`)
    .join(' · ')
}

function SilenceForm({ onMade }: { onMade: () => void }) {
  const [host, setHost] = useState('')
  const [rule, setRule] = useState('')
  const [hours, setHours] = useState(2)
  const [comment, setComment] = useState('')
  const [warnings, setWarnings] = useState<readonly string[]>([])
  const [run, failure] = useAction()
  const asked = { host: host.trim(), alertname: rule.trim() }
  const where = Object.fromEntries(Object.entries(asked).filter(([, value]) => value !== ''))
  const isReady = person.value !== '' && comment.trim() !== '' && Object.keys(where).length > 0
  const make = () =>
    makeSilence({
      where,
      author: person.value,
      comment,
      endsAt: new Date(Date.now() + hours * HOUR_MS).toISOString(),
    }).then((found) => {
      setWarnings(found)
      setComment('')
      onMade()
    })
  return (
    <form
      class="card silence-form"
      onSubmit={(event) => {
        event.preventDefault()
        setWarnings([])
        run(make)
      }}
    >
      <Field name="host" label={text('host')} value={host} onChange={setHost} />
      <Field name="rule" label={text('rule')} value={rule} onChange={setRule} />
      <Field name="comment" label={text('silence.comment')} value={comment} onChange={setComment} />
      <label>
        {text('silence.for')}
        <select value={hours} onChange={(event) => setHours(Number(event.currentTarget.value))}>
          {HOURS.map((count) => (
            <option key={count} value={count}>
              {count} {text('silence.hours')}
            </option>
          ))}
        </select>
      </label>
      <button type="submit" disabled={!isReady}>
        {text('silence.make')}
      </button>
      {failure !== undefined && <span class="failure">{failure}</span>}
      {warnings.map((warning) => (
        <span key={warning} class="failure">
          {warning}
        </span>
      ))}
    </form>
  )
}

function Field(field: {
  name: string
  label: string
  value: string
  onChange: (value: string) => void
}) {
  return (
    <label>
      {field.label}
      <input
        name={field.name}
        value={field.value}
        maxLength={500}
        onInput={(event) => field.onChange(event.currentTarget.value)}
      />
    </label>
  )
}
