import { useMutation, useQuery } from '@tanstack/react-query';
import { Link, useParams } from '@tanstack/react-router';
import { Button } from 'react-aria-components';
import { showHook } from '../../api/changes';
import type { HookSummary } from '../../api/model';
import { hooks } from '../../api/queries';
import { CopyAsCli } from '../../cli/CopyAsCli';
import { cli } from '../../cli/lines';
import { Answer, Empty } from '../../parts/Answer';
import { Page, Section } from '../../parts/Page';
import { ProblemNote, RefusalNote } from '../../parts/Problem';
import { Clock, When } from '../../time/When';
import { proof } from './proof';
import { Rotate } from './Rotate';
import { ToPutThere } from './ToPutThere';

/** One hook: what to put into the system that calls it, and another secret. */
export function Hook() {
  const { tenant, installation, hook } = useParams({ from: '/shell/t/$tenant/hooks/$installation/$hook' });
  const all = useQuery(hooks(tenant));
  return (
    <Page title={hook} above={<Link to="/t/$tenant/hooks" params={{ tenant }}>Hooks of {tenant}</Link>} cli={cli.hook(tenant, installation, hook)}>
      <Answer of={all}>
        {(list) => {
          const found = list.find((one) => one.installation === installation && one.key === hook);
          return found ? <Found key={`${tenant}/${installation}/${hook}`} tenant={tenant} hook={found} /> : <Empty title="There is no such hook"><p>The connector may not plan it any more.</p></Empty>;
        }}
      </Answer>
    </Page>
  );
}

function Found({ tenant, hook }: { tenant: string; hook: HookSummary }) {
  const path = { tenant, installation: hook.installation, hook: hook.key };
  const shown = useMutation({ mutationFn: () => showHook(path), gcTime: 0 });
  return (
    <>
      <dl className="facts">
        <dt>Calls</dt><dd><Link to="/t/$tenant/installations/$installation" params={path}>{hook.installation}</Link></dd>
        <dt>Proof of the caller</dt><dd>{proof(hook)}</dd>
        <dt>Secret since</dt><dd><Clock at={hook.rotated ?? hook.made} /></dd>
        {hook.old_until !== undefined && <><dt>The one before</dt><dd>is taken until <Clock at={hook.old_until} /></dd></>}
        <dt>Since the host’s start</dt><dd>{hook.taken.toLocaleString('en')} taken, {hook.refused.toLocaleString('en')} refused{hook.last_taken !== undefined && <>, the last <When at={hook.last_taken} /></>}</dd>
      </dl>
      {hook.refused > 0 && <ProblemNote tone="warning" problem={{ code: 'webhook.refused', message: 'Calls came that did not prove themselves.', remedy: 'Put the address and the secret into the system that calls again, as they are below; or somebody else tries the address: then rotate.' }} />}
      <Section title="Put into the system that calls">
        {shown.data ? <ToPutThere detail={shown.data} /> : (
          <div className="row">
            <Button className="button primary" isDisabled={shown.isPending} onPress={() => shown.mutate()}>Show address and secret</Button>
            <span className="small quiet">Whoever has both can call it.</span>
          </div>
        )}
        {shown.error !== null && <RefusalNote error={shown.error} />}
      </Section>
      <Section title="Another secret" aside={<CopyAsCli small words={cli.rotateHook(tenant, hook.installation, hook.key, 60)} />}>
        <p className="quiet">For when it was seen by somebody who should not have, or the time has come. For a while the old one is taken too, so that no call is lost.</p>
        <div className="row"><Rotate path={path} onRotated={() => shown.reset()} /></div>
      </Section>
    </>
  );
}
