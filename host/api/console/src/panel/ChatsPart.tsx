import { ExternalLink, MessagesSquare } from 'lucide-react';
import { useState } from 'react';
import { Button, DialogTrigger } from 'react-aria-components';
import type { OfferedAction } from '../api/model';
import { Dialogue } from '../parts/Dialogue';
import { isWeb } from '../parts/links';
import { ProblemNote, RefusalNote } from '../parts/Problem';
import { TextInput } from '../parts/TextInput';
import type { Address } from './address';
import { useAsk } from './ask';
import type { Allowed, Content, Place } from './content';
import { Refused } from './Offer';
import { StartChat } from './StartChat';

/** Chats and channels that are connected to a record: create, connect, join, disconnect, and why not. */
export function ChatsPart({ address, places, actions }: { address: Address; places: NonNullable<Content['places']>; actions: OfferedAction[] }) {
  const create = actions.find(({ action }) => action === 'create-chat');
  const connect = actions.find(({ action }) => action === 'connect-chat');
  return (
    <section className="part" aria-label="Chats">
      <h2><MessagesSquare aria-hidden />Chats</h2>
      {places.list.length === 0 && <p className="quiet">No chat is connected to this record yet.</p>}
      <ul className="rows">{places.list.map((place) => <Row key={place.key} address={address} place={place} />)}</ul>
      {places.older > 0 && <p className="small quiet">And {places.older} older.</p>}
      <div className="row">
        {create?.state.kind === 'available' && <StartChat address={address} label={create.label} warning={places.warning} />}
        {connect?.state.kind === 'available' && <Connect address={address} label={connect.label} />}
      </div>
      {[create, connect].map((one) => one?.state.kind === 'refused' && <Refused key={one.action} label={one.label} problem={one.state.problem} />)}
    </section>
  );
}

function Row({ address, place }: { address: Address; place: Place }) {
  const ask = useAsk(address);
  return (
    <li className="stack tight">
      <div className="spread">
        <span className="strong wrap">{place.name} {place.kind === 'channel' && <span className="tag">channel</span>}</span>
        {isWeb(place.link) && <a className="small" href={place.link} target="_blank" rel="noreferrer">Open in Teams <ExternalLink size={12} aria-hidden /></a>}
      </div>
      <p className="small quiet">{place.connectedBy && `Connected by ${place.connectedBy}`}{place.member && ' · you are in it'}</p>
      {place.problem && <ProblemNote problem={place.problem} tone="warning" />}
      <div className="row">
        {!place.member && place.kind === 'chat' && <May label="Join" allowed={place.join} busy={ask.isPending} onPress={() => ask.mutate({ action: 'join-chat', input: place.named })} />}
        <May label="Disconnect" allowed={place.disconnect} busy={ask.isPending} onPress={() => ask.mutate({ action: 'disconnect-chat', input: place.named })} />
      </div>
      {ask.error !== null && <RefusalNote error={ask.error} />}
    </li>
  );
}

function May({ label, allowed, busy, onPress }: { label: string; allowed: Allowed; busy: boolean; onPress: () => void }) {
  if (allowed.problem) return <Refused label={label} problem={allowed.problem} />;
  return allowed.allowed ? <Button className="button small" isDisabled={busy} onPress={onPress}>{label}</Button> : null;
}

/** `19:…@thread.v2`, or a link that Teams gives. */
function idOf(text: string): Record<string, string> {
  const link = URL.canParse(text) ? new URL(text) : undefined;
  const [, , kind, id] = link?.pathname.split('/') ?? [];
  const team = link?.searchParams.get('groupId');
  const decoded = id ? decodeURIComponent(id) : undefined;
  if (kind === 'channel' && decoded && team) return { team_id: team, channel_id: decoded };
  return { chat_id: decoded ?? text.trim() };
}

function Connect({ address, label }: { address: Address; label: string }) {
  const [text, setText] = useState('');
  const ask = useAsk(address);
  return (
    <DialogTrigger onOpenChange={() => ask.reset()}>
      <Button className="button">{label}</Button>
      <Dialogue title={label}>
        {(close) => (
          <>
            <TextInput label="Chat or channel" mono help="Its link, as “Copy link” in Teams gives it, or its id." value={text} onChange={setText} autoFocus />
            {ask.error !== null && <RefusalNote error={ask.error} />}
            <footer>
              <Button className="button" onPress={close}>Cancel</Button>
              <Button className="button primary" isDisabled={ask.isPending || text.trim() === ''} onPress={() => ask.mutate({ action: 'connect-chat', input: idOf(text) }, { onSuccess: close })}>Connect</Button>
            </footer>
          </>
        )}
      </Dialogue>
    </DialogTrigger>
  );
}
