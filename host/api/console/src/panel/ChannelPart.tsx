import { ExternalLink, Hash } from 'lucide-react';
import { Button } from 'react-aria-components';
import type { OfferedAction } from '../api/model';
import { isWeb } from '../parts/links';
import { ProblemNote, RefusalNote } from '../parts/Problem';
import type { Address } from './address';
import { useAsk } from './ask';
import type { Channel } from './content';
import { Offer } from './Offer';

/** The channel of a case: Create Channel, Creating channel…, taking longer than expected, and the link when it is there. */
export function ChannelPart({ address, channel, actions }: { address: Address; channel: Channel; actions: OfferedAction[] }) {
  const ask = useAsk(address);
  const offered = (name: string) => actions.find(({ action }) => action === name);
  const create = offered('create-channel');
  const again = offered('check-channel');
  const press = (action: string) => () => ask.mutate({ action, input: {} });
  return (
    <section className="part" aria-label="Channel">
      <h2><Hash aria-hidden />Channel</h2>
      {channel.state === 'ready' && (
        <div className="spread">
          <div className="stack tight">
            {isWeb(channel.link) ? <a href={channel.link} target="_blank" rel="noreferrer" className="strong">{channel.name ?? 'Open the channel'} <ExternalLink size={13} aria-hidden /></a> : <span className="strong">{channel.name}</span>}
            {channel.by && <span className="small quiet">Created by {channel.by}</span>}
          </div>
          {again?.state.kind === 'available' && <Button className="button plain small" isDisabled={ask.isPending} onPress={press('check-channel')}>{again.label}</Button>}
        </div>
      )}
      {(channel.state === 'none' || channel.state === 'failed') && (
        <>
          {channel.problem ? <ProblemNote problem={channel.problem} /> : <p className="quiet">No channel yet. It is created for this case when you ask for it.</p>}
          <div><Offer offered={create} busy={ask.isPending} primary onPress={press('create-channel')} label={ask.isPending ? 'Creating channel…' : undefined} /></div>
        </>
      )}
      {channel.state === 'creating' && (
        <p className="row" role="status"><span className="spinner" aria-hidden /><span className="strong">Creating channel…</span><span className="quiet">It may take up to five seconds.</span></p>
      )}
      {channel.state === 'late' && (
        <ProblemNote tone="warning" problem={{ code: 'channel.late', message: channel.says ?? 'The request for Teams is taking longer than expected.', remedy: 'Nothing is lost: it goes on by itself.' }}>
          <Button className="button small" isDisabled={ask.isPending} onPress={press('check-channel')}>{ask.isPending ? 'Checking…' : 'Check Again'}</Button>
        </ProblemNote>
      )}
      {ask.error !== null && <RefusalNote error={ask.error} />}
    </section>
  );
}
