import { useQuery } from '@tanstack/react-query';
import { Link, useParams } from '@tanstack/react-router';
import { Mailbox } from 'lucide-react';
import { useState } from 'react';
import { Button, DialogTrigger } from 'react-aria-components';
import { replayGroup } from '../../api/changes';
import type { DeadLetterGroup } from '../../api/model';
import { deadLetters } from '../../api/queries';
import { useChange } from '../../api/useChange';
import { CopyAsCli } from '../../cli/CopyAsCli';
import { cli } from '../../cli/lines';
import { plural } from '../../lane/lane';
import { Answer, Empty } from '../../parts/Answer';
import { Dialogue } from '../../parts/Dialogue';
import { Page } from '../../parts/Page';
import { RefusalNote, Words } from '../../parts/Problem';
import { When } from '../../time/When';

/** Events that used up their attempts, by what they died of. */
export function DeadLetters() {
  const { tenant } = useParams({ from: '/shell/t/$tenant/dead-letters' });
  const all = useQuery(deadLetters(tenant));
  return (
    <Page title="Dead letters" about="Events that were given up, by what they died of. None is lost: mend the cause, count, and deliver them again." cli={cli.deadLetters(tenant)}>
      <Answer of={all}>
        {(list) => list.length === 0 ? (
          <Empty icon={Mailbox} title="No event was given up"><p>Events that wait for a connection do not come here: they wait until it works again.</p></Empty>
        ) : <ul className="concerns">{list.map((group) => <Group key={group.fingerprint} tenant={tenant} group={group} />)}</ul>}
      </Answer>
    </Page>
  );
}

function Group({ tenant, group }: { tenant: string; group: DeadLetterGroup }) {
  return (
    <li className="concern bad">
      <div className="count">{group.count.toLocaleString('en')}</div>
      <div className="stack tight">
        <p className="strong wrap"><Words of={group.cause.message} /></p>
        {group.cause.remedy && <p className="wrap"><Words of={group.cause.remedy} /></p>}
        <p className="small quiet">
          {group.installations.join(', ')} · <code>{group.cause.code}</code> · <code>{group.fingerprint}</code> · first <When at={group.first} />, last <When at={group.last} />
          {' · '}<Link to="/t/$tenant/events" params={{ tenant }} search={{ state: 'dead', installation: group.installations.length === 1 ? group.installations[0] : undefined }}>See the events</Link>
        </p>
      </div>
      <ReplayGroup tenant={tenant} group={group} />
    </li>
  );
}

/** Counts first, then delivers: nobody replays more than they meant to. */
function ReplayGroup({ tenant, group }: { tenant: string; group: DeadLetterGroup }) {
  const change = useChange(replayGroup);
  const [counted, setCounted] = useState<number>();
  const ask = (dry_run: boolean) => change.mutate({ tenant, fingerprint: group.fingerprint, dry_run }, {
    onSuccess: ({ matched }) => {
      if (dry_run) setCounted(matched);
    },
  });
  const done = change.data && change.variables?.dry_run === false ? change.data : undefined;
  return (
    <DialogTrigger onOpenChange={(open) => {
      change.reset();
      setCounted(undefined);
      if (open) ask(true);
    }}>
      <Button className="button small">Replay…</Button>
      <Dialogue title="Deliver this group again">
        {(close) => (
          <>
            <p aria-live="polite" className="wrap">
              {done ? `${plural(done.replayed, 'event')} ${done.replayed === 1 ? 'is' : 'are'} delivered again.`
                : counted === undefined ? 'Counting…'
                : <><b>{plural(counted, 'event')}</b> would be delivered again, last of their ordering keys. What they did upstream is remembered, and not done again.</>}
            </p>
            {change.error !== null && <RefusalNote error={change.error} again={() => ask(counted === undefined)} />}
            <footer>
              <CopyAsCli words={cli.replayGroup(tenant, group.fingerprint, !done && counted === undefined)} />
              <Button className="button" onPress={close}>{done ? 'Close' : 'Cancel'}</Button>
              {!done && <Button className="button primary" isDisabled={!counted || change.isPending} onPress={() => ask(false)}>Deliver again</Button>}
            </footer>
          </>
        )}
      </Dialogue>
    </DialogTrigger>
  );
}
