import { useQuery } from '@tanstack/react-query';
import { ShieldQuestionMark } from 'lucide-react';
import { useState } from 'react';
import { Button } from 'react-aria-components';
import { acceptConsent, askConsent } from '../../api/changes';
import type { ConsentLine, ConsentReport } from '../../api/model';
import { session } from '../../api/ofHost';
import { consent } from '../../api/queries';
import { useChange } from '../../api/useChange';
import { CopyAsCli } from '../../cli/CopyAsCli';
import { cli } from '../../cli/lines';
import { Answer, Empty } from '../../parts/Answer';
import { Badge, type Tone } from '../../parts/Badge';
import { ProblemNote, RefusalNote } from '../../parts/Problem';
import { Clock, When } from '../../time/When';

const STATE: Record<ConsentLine['state'], [Tone, string]> = {
  seen: ['good', 'Granted'],
  spreading: ['busy', 'Spreading'],
  missing: ['bad', 'Missing'],
  unknown: ['off', 'Not seen yet'],
  unneeded: ['off', 'Not needed'],
};

/** Authorise, validate, enable: what was consented to, beside what installations need. */
export function Consent({ tenant, connection }: { tenant: string; connection: string }) {
  const known = useQuery(consent(tenant, connection));
  return <Answer of={known}>{(report) => <Report tenant={tenant} report={report} />}</Answer>;
}

function Report({ tenant, report }: { tenant: string; report: ConsentReport }) {
  const connection = report.connection;
  const ask = useChange(askConsent);
  const missing = report.permissions.some(({ state }) => state === 'missing');
  const go = () => ask.mutate(
    { tenant, connection, return_to: `/console/t/${tenant}/connections/${connection}?tab=consent` },
    { onSuccess: ({ url }) => location.assign(url) },
  );
  return (
    <div className="stack">
      <div className="row">
        <Button className={missing ? 'button primary' : 'button'} onPress={go} isDisabled={ask.isPending}>Click to authorise</Button>
        <span className="quiet">{report.who}</span>
        <CopyAsCli small words={cli.consent(tenant, connection)} />
      </div>
      {ask.error !== null && <RefusalNote error={ask.error} />}
      {report.problems?.map((problem) => <ProblemNote key={problem.code} problem={problem} tone="warning" />)}
      <Spreading tenant={tenant} report={report} />
      {report.permissions.length === 0 ? (
        <Empty icon={ShieldQuestionMark} title="Nobody needs a permission yet"><p>Enable a connector, and what it needs stands here with its reason.</p></Empty>
      ) : <Lines lines={report.permissions} />}
      <p className="small quiet">{report.seen === undefined ? 'There was no token yet to look at.' : <>As tokens showed <When at={report.seen} />.</>}</p>
    </div>
  );
}

/** Microsoft takes ten minutes to two hours to honour a consent everywhere; somebody may accept that, and go on. */
function Spreading({ tenant, report }: { tenant: string; report: ConsentReport }) {
  const who = useQuery(session).data?.name ?? 'console';
  const [asked, setAsked] = useState(false);
  const accept = useChange(acceptConsent);
  if (report.spreads_until === undefined) return null;
  const problem = {
    code: 'consent.spreading',
    message: 'Microsoft takes between 10 minutes and 2 hours to enable the API integration within its systems. Until then calls may be answered with 403 Forbidden.',
    remedy: 'Wait and test again; or accept this warning and go on: what is refused meanwhile waits, and nothing is lost.',
  };
  return (
    <ProblemNote problem={problem} tone="warning">
      {report.accepted ? <span>Accepted by {report.accepted.by}, <When at={report.accepted.at} /></span> : (
        <Button className="button small" isDisabled={asked} onPress={() => {
          setAsked(true);
          accept.mutate({ tenant, connection: report.connection, by: who });
        }}>Accept and continue enabling</Button>
      )}
      <span>It may last until <Clock at={report.spreads_until} />.</span>
      {accept.error !== null && <RefusalNote error={accept.error} />}
    </ProblemNote>
  );
}

function Lines({ lines }: { lines: ConsentLine[] }) {
  return (
    <div className="table-frame">
      <table className="table">
        <thead><tr><th>Permission</th><th>Kind</th><th>Consent</th><th>Who needs it, and why</th></tr></thead>
        <tbody>
          {lines.map((line) => (
            <tr key={`${line.kind}/${line.permission}`}>
              <td><code>{line.permission}</code></td>
              <td>{line.kind}</td>
              <td><Badge tone={STATE[line.state][0]}>{STATE[line.state][1]}</Badge></td>
              <td>{line.needed_by?.map(({ installation, reason }) => <div key={installation}><span className="strong">{installation}</span> {reason}</div>)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
