import { useQuery } from '@tanstack/react-query';
import { BookUser, Phone, PhoneForwarded } from 'lucide-react';
import { useDeferredValue, useState } from 'react';
import { Button } from 'react-aria-components';
import { act } from '../api/changes';
import type { OfferedAction } from '../api/model';
import { Answer } from '../parts/Answer';
import { ProblemNote, RefusalNote } from '../parts/Problem';
import { TextInput } from '../parts/TextInput';
import type { Address } from './address';
import { useAsk } from './ask';
import type { Conference } from './content';
import { PresenceDot, type Presence } from './Presence';

interface Entry {
  id: string;
  name: string;
  job_title?: string | null;
  department?: string | null;
  phones: { type: string; number: string }[];
  presence?: Presence | null;
}

interface Dialled {
  name: string;
  number: string;
  type: string;
}

/** Teams users with presence and telephone numbers, in the order that was configured; calling and transferring to them. */
export function DirectoryPart({ address, actions, conference, enabled }: { address: Address; actions: OfferedAction[]; conference: Conference | undefined; enabled: boolean | undefined }) {
  const { tenant, installation } = address;
  const [search, setSearch] = useState('');
  const words = useDeferredValue(search.trim());
  const looks = actions.some(({ action, state }) => action === 'list-directory' && state.kind === 'available');
  const found = useQuery({
    queryKey: [tenant, 'directory', installation, words],
    queryFn: async () => (await act({ tenant, installation, action: 'list-directory', input: words ? { search: words } : {} })).output as { entries: Entry[]; next?: string },
    enabled: looks,
    placeholderData: (before) => before,
    refetchInterval: 30_000,
  });
  return (
    <>
      <Integration address={address} actions={actions} enabled={enabled} conference={conference} />
      {looks && (
        <section className="part" aria-label="Directory">
          <h2><BookUser aria-hidden />Directory</h2>
          <TextInput label="Name or address" value={search} onChange={setSearch} />
          <Answer of={found}>
            {({ entries, next }) => entries.length === 0 ? <p className="quiet">Nobody is called so.</p> : (
              <>
                <ul className="rows">{entries.map((entry) => <Row key={entry.id} address={address} entry={entry} />)}</ul>
                {next && <p className="small quiet">There are more: type more of the name.</p>}
              </>
            )}
          </Answer>
        </section>
      )}
    </>
  );
}

function Row({ address, entry }: { address: Address; entry: Entry }) {
  const ask = useAsk<Dialled>(address);
  const [done, setDone] = useState<'call' | 'transfer'>();
  const go = (action: 'call' | 'transfer', phone?: string) => ask.mutate({ action, input: { user_id: entry.id, ...(phone ? { phone } : {}) } }, { onSuccess: () => setDone(action) });
  const about = [entry.job_title, entry.department].filter(Boolean).join(', ');
  return (
    <li className="stack tight">
      <div className="spread">
        <span><PresenceDot presence={entry.presence} /> <span className="strong">{entry.name}</span>{about && <span className="small quiet"> {about}</span>}</span>
        {entry.phones.length > 0 && (
          <span className="row">
            <Button className="button small" isDisabled={ask.isPending} onPress={() => go('call')}><Phone aria-hidden />Call</Button>
            <Button className="button small" isDisabled={ask.isPending} onPress={() => go('transfer')}><PhoneForwarded aria-hidden />Transfer</Button>
          </span>
        )}
      </div>
      <p className="row small">
        {entry.phones.length === 0 ? <span className="quiet">No number is shown.</span> : entry.phones.map(({ type, number }) => (
          <Button key={type} className="button plain small" aria-label={`Call ${entry.name}, ${type}, ${number}`} onPress={() => go('call', type)}><span className="quiet">{type}</span> {number}</Button>
        ))}
      </p>
      {ask.data && done && <p className="small" role="status">{done === 'call' ? 'Call' : 'Transfer to'} <a href={`tel:${ask.data.number.replace(/[^+\d]/g, '')}`}>{ask.data.number}</a> ({ask.data.type})</p>}
      {ask.error !== null && <RefusalNote error={ask.error} />}
    </li>
  );
}

const CONFERENCE: Record<string, string> = { invited: 'You are invited to a customer\u2019s session: answer in Teams.', joined: 'You are in a customer\u2019s session.' };

/** Whether agents can have this person in a session, and the session that they are in. */
function Integration({ address, actions, enabled, conference }: { address: Address; actions: OfferedAction[]; enabled: boolean | undefined; conference: Conference | undefined }) {
  const ask = useAsk(address);
  const offered = actions.find(({ action }) => action === 'enable' || action === 'disable');
  if (enabled === undefined) return null;
  return (
    <section className="part" aria-label="Conferences">
      <h2><PhoneForwarded aria-hidden />Conferences</h2>
      {conference ? (
        <ProblemNote tone="info" problem={{ code: `conference.${conference.state}`, message: CONFERENCE[conference.state] ?? conference.state, remedy: `Session ${conference.session}. Write BYE in Teams to leave.` }} />
      ) : <p className="quiet">{enabled ? 'Agents can invite you to a customer\u2019s session. You are in none now.' : 'Teams integration is off for you: nobody can invite you.'}</p>}
      {offered && <div><Button className={enabled ? 'button' : 'button primary'} isDisabled={ask.isPending} onPress={() => ask.mutate({ action: offered.action, input: {} })}>{offered.label}</Button></div>}
      {ask.error !== null && <RefusalNote error={ask.error} />}
    </section>
  );
}
