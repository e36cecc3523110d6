import { useState } from 'preact/hooks'
import { formatTime } from './format.ts'
import { text } from './i18n/language.ts'
import { person } from './person.ts'
import { addRecord, type CountRow, type ProjectAnswer } from './project-api.ts'
import { useAction } from './use-action.ts'
import { wallTime } from './wall-time.ts'

/** What the contract counts, how far it is done, and a form for what was done today. */
export function ProjectCounts({
  project: { id, counts },
  onRecorded,
}: {
  project: ProjectAnswer
  onRecorded: () => void
}) {
  if (counts.length === 0) return null
  return (
    <section data-part="counts">
      <h2>{text('project.counts')}</h2>
      <table class="card">
        <thead>
          <tr>
            <th>{text('project.work')}</th>
            <th>{text('project.done')}</th>
            <th>{text('project.lastAndDue')}</th>
            <th>{text('project.record')}</th>
          </tr>
        </thead>
        <tbody>
          {counts.map((count) => (
            <CountLine key={count.kind} project={id} count={count} onRecorded={onRecorded} />
          ))}
        </tbody>
      </table>
    </section>
  )
}

function CountLine({
  project,
  count: { kind, name, done, target, due, last },
  onRecorded,
}: {
  project: string
  count: CountRow
  onRecorded: () => void
}) {
  const [what, setWhat] = useState('')
  const [run, failure] = useAction()
  const record = () =>
    run(async () => {
      await addRecord(project, { kind, who: person.value, what })
      setWhat('')
      onRecorded()
    })
  return (
    <tr data-count={kind}>
      <td>{name}</td>
      <td>
        <span class="meter">
          {target === null ? done : `${done} / ${target}`}
          {target !== null && (
            <span class="bar">
              <span style={{ width: `${Math.min((100 * done) / target, 100)}%` }} />
            </span>
          )}
        </span>
      </td>
      <td>
        {last !== null && `${text('project.last')}${formatTime(Date.parse(last), Date.now())}`}
        <small>{due !== null && `${text('project.due')}${wallTime(Date.parse(due)).date}`}</small>
      </td>
      <td class="claim">
        <input
          name={`what-${kind}`}
          placeholder={text('project.what')}
          maxLength={500}
          value={what}
          onInput={(event) => setWhat(event.currentTarget.value)}
        />
        <button
          type="button"
          disabled={person.value === '' || what === ''}
          title={person.value === '' ? text('duty.nameFirst') : undefined}
          onClick={record}
        >
          {text('project.record')}
        </button>
        {failure !== undefined && <span class="failure">{failure}</span>}
      </td>
    </tr>
  )
}
