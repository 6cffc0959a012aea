import { useQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { removeInstallation } from '../../api/configuration';
import type { InstallationDetail, Manifest } from '../../api/model';
import { hooks, schedules, subscriptions, usage } from '../../api/queries';
import type { Seen } from '../../api/seen';
import { Goes, Removal } from '../../change/Removal';
import { plural } from '../../lane/lane';
import { bytes } from '../../time/countdown';

/** Takes an installation away, once it was asked to end what it would leave behind. */
export function RemoveInstallation({ tenant, opened, manifest }: { tenant: string; opened: Seen<InstallationDetail>; manifest: Manifest }) {
  const navigate = useNavigate();
  const installation = opened.document.summary.id;
  const farewell = manifest.actions.find(({ at_removal }) => at_removal);
  return (
    <div className="stack">
      <p className="quiet">On a command line: take it out of the tenant’s document, and apply that. To let it rest, pause it: then nothing goes.</p>
      <div className="row">
        <Removal what="installation" name={installation} says={<Says tenant={tenant} installation={installation} farewell={farewell?.title} />}
          remove={() => removeInstallation({ tenant, installation, etag: opened.etag })}
          onRemoved={() => void navigate({ to: '/t/$tenant/installations', params: { tenant } })} />
      </div>
    </div>
  );
}

function Says({ tenant, installation, farewell }: { tenant: string; installation: string; farewell: string | undefined }) {
  const used = useQuery(usage(tenant)).data?.find((one) => one.installation === installation);
  const mine = <T extends { installation: string }>(list: T[] | undefined) => (list ?? []).filter((one) => one.installation === installation).length;
  const called = mine(useQuery(hooks(tenant)).data);
  const timers = mine(useQuery(schedules(tenant)).data);
  const watched = (useQuery(subscriptions(tenant)).data ?? []).filter(({ installations }) => installations.includes(installation)).length;
  const lines = [
    used && used.events.pending > 0 && `${plural(used.events.pending, 'event')} that ${used.events.pending === 1 ? 'waits' : 'wait'} for it: nobody handles ${used.events.pending === 1 ? 'it' : 'them'} any more`,
    used && used.dataset_bytes > 0 && `its datasets: ${bytes(used.dataset_bytes)}`,
    watched > 0 && `its part in ${plural(watched, 'subscription')}`,
    called > 0 && `${plural(called, 'hook')}: other systems that call ${called === 1 ? 'it' : 'them'} are refused`,
    timers > 0 && plural(timers, 'timer'),
    'its configuration and its grant',
  ].filter((line) => typeof line === 'string');
  return <Goes list={lines} stays={farewell && `Before that it is asked for “${farewell}”, to end what it would leave behind elsewhere.`} />;
}
