import { useQuery } from '@tanstack/react-query';
import { Link, useParams } from '@tanstack/react-router';
import { coverage, subscriptions } from '../../api/queries';
import { cli } from '../../cli/lines';
import { Answer, Empty } from '../../parts/Answer';
import { Page, Section } from '../../parts/Page';
import { ProblemNote } from '../../parts/Problem';
import { expiry, renewal } from '../../time/countdown';
import { Countdown, When } from '../../time/When';
import { Timeline } from './Timeline';

export function Subscription() {
  const { tenant, subscription: key } = useParams({ from: '/shell/t/$tenant/subscriptions/$subscription' });
  const all = useQuery(subscriptions(tenant));
  const covered = useQuery(coverage(tenant, key));
  const above = <Link to="/t/$tenant/subscriptions" params={{ tenant }}>Subscriptions of {tenant}</Link>;
  const found = all.data?.find((one) => one.key === key);
  return (
    <Page title={found?.resource ?? 'Subscription'} above={above} cli={cli.coverage(tenant, key)}>
      <Answer of={all}>
        {() => found ? (
          <>
            {found.problem && <ProblemNote problem={found.problem} />}
            <dl className="facts">
              <dt>Lapses in</dt><dd>{found.expires === undefined ? 'it is being made' : <Countdown to={found.expires} judge={renewal} />}</dd>
              <dt>Changes</dt><dd>{found.change_types.join(', ')}</dd>
              <dt>Brings events to</dt><dd>{found.installations.join(', ')}</dd>
              <dt>Verified at Graph</dt><dd>{found.verified === undefined ? 'not yet' : <When at={found.verified} />}</dd>
              {found.certificate_expires !== undefined && <><dt>Certificate for content</dt><dd><Countdown to={found.certificate_expires} judge={expiry} /></dd></>}
              {found.id && <><dt>Graph's id</dt><dd><code>{found.id}</code></dd></>}
            </dl>
          </>
        ) : <Empty title="There is no such subscription"><p>Its resource may not be planned any more.</p></Empty>}
      </Answer>
      <Section title="Coverage">
        <p className="quiet">Presumed: the subscription stood at both ends and nothing adverse was seen. Confirmed: the connector asked the upstream itself. Open: notifications may have been lost, and the connector has not caught up yet.</p>
        <Answer of={covered}>
          {(list) => list.length === 0
            ? <Empty title="Nothing is covered yet"><p>The timeline begins when Graph has confirmed the subscription for the first time.</p></Empty>
            : list.map((one) => <Timeline key={one.installation} tenant={tenant} coverage={one} />)}
        </Answer>
      </Section>
    </Page>
  );
}
