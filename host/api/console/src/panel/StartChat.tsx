import { useQuery } from '@tanstack/react-query';
import { useDeferredValue, useState } from 'react';
import { Button, DialogTrigger } from 'react-aria-components';
import { act } from '../api/changes';
import { Answer } from '../parts/Answer';
import { Dialogue } from '../parts/Dialogue';
import { ProblemNote, RefusalNote } from '../parts/Problem';
import { TextInput } from '../parts/TextInput';
import type { Address } from './address';
import { useAsk } from './ask';
import { PresenceDot, type Presence } from './Presence';

interface Suggested {
  suggested: { id: string; name?: string; job_title?: string; why?: string; presence?: Presence }[];
  without_teams: { id: string; name?: string; why_not: string }[];
}

/** A new chat about the record, with people who are suggested or searched for. */
export function StartChat({ address, label, warning }: { address: Address; label: string; warning: string | undefined }) {
  return (
    <DialogTrigger>
      <Button className="button primary">{label}</Button>
      <Dialogue title={label}>{(close) => <Form address={address} warning={warning} close={close} />}</Dialogue>
    </DialogTrigger>
  );
}

function Form({ address, warning, close }: { address: Address; warning: string | undefined; close: () => void }) {
  const { tenant, installation, kind, id } = address;
  const [topic, setTopic] = useState('');
  const [search, setSearch] = useState('');
  const [chosen, setChosen] = useState<ReadonlyMap<string, string>>(new Map());
  const ask = useAsk(address);
  const words = useDeferredValue(search.trim());
  const found = useQuery({
    queryKey: [tenant, 'suggested', installation, kind, id, words],
    queryFn: async () => (await act({ tenant, installation, action: 'suggest-participants', input: words ? { search: words } : {}, record: [kind, id] })).output as Suggested,
    placeholderData: (before) => before,
  });
  const toggle = (person: string, name: string) => setChosen((now) => {
    const next = new Map(now);
    if (!next.delete(person)) next.set(person, name);
    return next;
  });
  return (
    <>
      <TextInput label="Name of the chat" help="The record's own unless you say otherwise." value={topic} onChange={setTopic} maxLength={250} />
      <TextInput label="With whom" placeholder="Search by name" value={search} onChange={setSearch} />
      {chosen.size > 0 && <p className="small">With {[...chosen.values()].join(', ')}</p>}
      <Answer of={found}>
        {({ suggested, without_teams }) => (
          <ul className="rows people">
            {suggested.map((person) => (
              <li key={person.id}>
                <label className="choice">
                  <input type="checkbox" checked={chosen.has(person.id)} onChange={() => toggle(person.id, person.name ?? person.id)} />
                  <span><PresenceDot presence={person.presence} /> {person.name ?? person.id} <span className="quiet small">{[person.job_title, person.why].filter(Boolean).join(' · ')}</span></span>
                </label>
              </li>
            ))}
            {without_teams.map((person) => <li key={person.id} className="quiet small">{person.name ?? person.id}: {person.why_not}</li>)}
            {suggested.length + without_teams.length === 0 && <li className="quiet">Nobody is called so.</li>}
          </ul>
        )}
      </Answer>
      {warning && <ProblemNote tone="info" problem={{ code: 'chat.introduction', message: warning }} />}
      {ask.error !== null && <RefusalNote error={ask.error} />}
      <footer>
        <Button className="button" onPress={close}>Cancel</Button>
        <Button className="button primary" isDisabled={ask.isPending || chosen.size === 0}
          onPress={() => ask.mutate({ action: 'create-chat', input: { participants: [...chosen.keys()], ...(topic.trim() ? { topic } : {}) } }, { onSuccess: close })}>
          {ask.isPending ? 'Starting…' : 'Start chat'}
        </Button>
      </footer>
    </>
  );
}
