import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { ExternalLink, History, TrendingUp, Video } from 'lucide-react';
import { useEffect } from 'react';
import { Button, DialogTrigger } from 'react-aria-components';
import { VaultMode } from '../act/VaultMode';
import type { ActivityEntry, OfferedAction, View } from '../api/model';
import { activity, view as ofView } from '../api/queries';
import { Entries } from '../pages/activity/Entries';
import { Answer } from '../parts/Answer';
import { Dialogue } from '../parts/Dialogue';
import { isWeb } from '../parts/links';
import type { Address } from './address';
import { useAsk } from './ask';
import { ChannelPart } from './ChannelPart';
import { ChatsPart } from './ChatsPart';
import { content as read, type Content } from './content';
import { DirectoryPart } from './DirectoryPart';
import { LogIn } from './LogIn';
import { NotesPart } from './NotesPart';
import { Offer } from './Offer';

/** While something is under way, it is looked after so often, in milliseconds; else as often as that. */
const WATCHING = 2_000;
const RESTING = 30_000;

const underWay = (view: View | undefined) => view?.actions.some(({ state }) => state.kind === 'pending') === true;

/** What the connector shows this person about this record, and what they may ask of it. */
export function Panel({ address }: { address: Address }) {
  const { tenant, installation, kind, id } = address;
  const found = useQuery({ ...ofView(tenant, installation, kind, id), refetchInterval: ({ state }) => (underWay(state.data) ? WATCHING : RESTING) });
  useEffect(() => {
    document.title = found.data?.title ?? 'Tieline';
  }, [found.data?.title]);
  return <main className="panel"><Answer of={found}>{(view) => <Shown address={address} view={view} />}</Answer></main>;
}

function Shown({ address, view }: { address: Address; view: View }) {
  const content = read(view.content);
  if (content.signIn) return <LogIn address={address} problem={content.signIn} />;
  const { actions } = view;
  return (
    <>
      <header className="panel-head">
        <div className="spread">
          <h1>{view.title}</h1>
          {isWeb(content.link) && <a className="small" href={content.link} target="_blank" rel="noreferrer">Open record <ExternalLink size={12} aria-hidden /></a>}
        </div>
        {content.about.length > 0 && <dl className="facts small">{content.about.map(([name, value]) => <div key={name} style={{ display: 'contents' }}><dt>{name}</dt><dd>{value}</dd></div>)}</dl>}
        {content.integration && <Integration address={address} now={content.integration} actions={actions} />}
      </header>
      {content.proposal && <Proposal address={address} proposal={content.proposal} actions={actions} />}
      {content.channel && <ChannelPart address={address} channel={content.channel} actions={actions} />}
      {content.places && <ChatsPart address={address} places={content.places} actions={actions} />}
      {content.notes && <NotesPart address={address} notes={content.notes} actions={actions} />}
      {content.meetings && <Meetings meetings={content.meetings} />}
      <DirectoryPart address={address} actions={actions} conference={content.conference} enabled={content.enabled} />
      <Timeline address={address} />
    </>
  );
}

/** The vault's mode, and for a Business Admin the way to change it. */
function Integration({ address, now, actions }: { address: Address; now: string; actions: OfferedAction[] }) {
  const ask = useAsk(address);
  const may = actions.some(({ action, state }) => action === 'set-integration' && state.kind === 'available');
  return (
    <p className="small quiet row">
      <span>Microsoft integration: {now}</span>
      {may && (
        <DialogTrigger onOpenChange={() => ask.reset()}>
          <Button className="button plain small">Change…</Button>
          <Dialogue title="Type of Microsoft integration">
            {() => <VaultMode now={now} pending={ask.isPending} error={ask.error} done={ask.isSuccess} onChoose={(mode, confirmed) => ask.mutate({ action: 'set-integration', input: { mode, ...(confirmed ? { confirmed } : {}) } })} />}
          </Dialogue>
        </DialogTrigger>
      )}
    </p>
  );
}

/** A stage that was agreed in a channel: take it over, or leave it. */
function Proposal({ address, proposal, actions }: { address: Address; proposal: NonNullable<Content['proposal']>; actions: OfferedAction[] }) {
  const ask = useAsk(address);
  const offered = (name: string) => actions.find(({ action }) => action === name);
  return (
    <section className="part" aria-label="Proposed stage">
      <h2><TrendingUp aria-hidden />Proposed stage</h2>
      <p><b>{proposal.stage}</b>{proposal.from && <span className="quiet"> instead of {proposal.from}</span>}{proposal.by && <span className="quiet">, as {proposal.by} said</span>} {isWeb(proposal.link) && <a href={proposal.link} target="_blank" rel="noreferrer">in Teams</a>}</p>
      <div className="row">
        {['accept-stage', 'decline-stage'].map((name, place) => (
          <Offer key={name} offered={offered(name)} primary={place === 0} busy={ask.isPending} onPress={() => ask.mutate({ action: name, input: { opportunity_id: address.id } })} />
        ))}
      </div>
    </section>
  );
}

const when = new Intl.DateTimeFormat('en-GB', { dateStyle: 'medium', timeStyle: 'short' });

function Meetings({ meetings }: { meetings: NonNullable<Content['meetings']> }) {
  if (meetings.length === 0) return null;
  return (
    <section className="part" aria-label="Meetings">
      <h2><Video aria-hidden />Meetings</h2>
      <ul className="rows">
        {meetings.map((one) => (
          <li key={`${one.subject}/${one.start ?? ''}`} className="spread">
            <span><span className="strong">{one.subject}</span> {one.start && <span className="small quiet">{when.format(new Date(one.start))}</span>}</span>
            {isWeb(one.join) && <a href={one.join} target="_blank" rel="noreferrer">Join <ExternalLink size={12} aria-hidden /></a>}
          </li>
        ))}
      </ul>
    </section>
  );
}

function Timeline({ address: { tenant, kind, id } }: { address: Address }) {
  const found = useInfiniteQuery({ ...activity(tenant, { record_kind: kind, record_id: id }), refetchInterval: RESTING });
  const data: ActivityEntry[] | undefined = found.data?.pages.flatMap(({ items }) => items);
  return (
    <section className="part" aria-label="Timeline">
      <h2><History aria-hidden />Timeline</h2>
      <Answer of={{ ...found, data }}>{(list) => list.length === 0 ? <p className="quiet">Nothing was noted about this record yet.</p> : <Entries list={list} />}</Answer>
      {found.hasNextPage && <div><Button className="button small" onPress={() => void found.fetchNextPage()}>Show older ones</Button></div>}
    </section>
  );
}
