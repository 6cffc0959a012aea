import { useQuery } from '@tanstack/react-query';
import { ExternalLink, NotebookPen } from 'lucide-react';
import { useState, type FormEvent } from 'react';
import { Button } from 'react-aria-components';
import { act } from '../api/changes';
import type { OfferedAction } from '../api/model';
import { Answer } from '../parts/Answer';
import { isWeb } from '../parts/links';
import { ProblemNote, RefusalNote } from '../parts/Problem';
import { TextInput } from '../parts/TextInput';
import type { Address } from './address';
import { useAsk } from './ask';
import type { Content, Note } from './content';
import { Refused } from './Offer';

type Notes = NonNullable<Content['notes']>;

/** The notes of a case, where the vault keeps them, and writing one. */
export function NotesPart({ address, notes, actions }: { address: Address; notes: Notes; actions: OfferedAction[] }) {
  const add = actions.find(({ action }) => action === 'add-note');
  const read = actions.find(({ action }) => action === 'read-note')?.state.kind === 'available';
  const append = actions.find(({ action }) => action === 'append-note')?.state.kind === 'available';
  return (
    <section className="part" aria-label="Notes">
      <h2><NotebookPen aria-hidden />Notes <span className="small quiet">kept in {notes.keptIn}</span></h2>
      {notes.problem && <ProblemNote problem={notes.problem} tone="warning" />}
      {notes.list.length === 0 && !notes.problem && <p className="quiet">No note yet.</p>}
      <ul className="rows">{notes.list.map((note) => <Row key={note.key} address={address} note={note} read={read} append={append} />)}</ul>
      {add?.state.kind === 'refused' && <Refused label={add.label} problem={add.state.problem} />}
      {add?.state.kind === 'available' && <Write address={address} />}
    </section>
  );
}

function Row({ address, note, read, append }: { address: Address; note: Note; read: boolean; append: boolean }) {
  const [open, setOpen] = useState(false);
  return (
    <li className="stack tight">
      <div className="spread">
        <span className="strong wrap">{note.title}</span>
        <span className="row small">
          {note.page && read && <Button className="button plain small" onPress={() => setOpen(!open)} aria-expanded={open}>{open ? 'Close' : 'Read'}</Button>}
          {isWeb(note.link) && <a href={note.link} target="_blank" rel="noreferrer">OneNote <ExternalLink size={12} aria-hidden /></a>}
        </span>
      </div>
      {note.text && <p className="wrap text">{note.text}</p>}
      {open && note.page && <Page address={address} page={note.page} append={append} />}
    </li>
  );
}

function Page({ address, page, append }: { address: Address; page: string; append: boolean }) {
  const { tenant, installation, kind, id } = address;
  const found = useQuery({
    queryKey: [tenant, 'note', installation, page],
    queryFn: async () => (await act({ tenant, installation, action: 'read-note', input: { page_id: page }, record: [kind, id] })).output as { text?: string },
  });
  return (
    <>
      <Answer of={found}>{(note) => <p className="text wrap note">{note.text}</p>}</Answer>
      {append && <Write address={address} page={page} />}
    </>
  );
}

/** A new note, or more at the end of one. What was typed stays when it was refused. */
function Write({ address, page }: { address: Address; page?: string }) {
  const ask = useAsk(address);
  const [title, setTitle] = useState('');
  const [text, setText] = useState('');
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const input = page ? { page_id: page, text } : { text, ...(title.trim() ? { title } : {}) };
    ask.mutate({ action: page ? 'append-note' : 'add-note', input }, {
      onSuccess: () => {
        setTitle('');
        setText('');
      },
    });
  };
  return (
    <form className="stack" onSubmit={submit}>
      {!page && <TextInput label="Title" value={title} onChange={setTitle} maxLength={150} />}
      <TextInput label={page ? 'Append to this note' : 'New note'} lines={3} value={text} onChange={setText} />
      {ask.error !== null && <RefusalNote error={ask.error} />}
      <div><Button type="submit" className="button" isDisabled={ask.isPending || text.trim() === ''}>{ask.isPending ? 'Writing…' : page ? 'Append' : 'Add note'}</Button></div>
    </form>
  );
}
