import { QueryClientProvider, useQuery } from '@tanstack/react-query';
import { StrictMode, useState } from 'react';
import { createRoot } from 'react-dom/client';
import { Button } from 'react-aria-components';
import { Refusal } from '../api/http';
import { answers, begun, signInLink } from '../api/session';
import { useLive } from '../api/live';
import { Answer, Empty } from '../parts/Answer';
import { RefusalNote } from '../parts/Problem';
import { show } from '../style/theme';
import { read, type Address } from './address';
import { framed, handOver, noCookie } from './handOver';
import { Panel } from './Panel';
import { popUp } from './popUp';
import '../style/fonts.css';
import '../style/base.css';
import '../style/parts.css';
import '../style/events.css';
import '../style/panel.css';

function Gate({ address }: { address: Address }) {
  const known = useQuery({ queryKey: ['host', 'begun'], queryFn: begun });
  useLive(known.data ? address.tenant : undefined);
  const [refused, setRefused] = useState<unknown>();
  const signedIn = async () => (await known.refetch()).isSuccess;
  const signIn = async () => {
    setRefused(undefined);
    try {
      if (!framed()) return await popUp(() => signInLink('/console/signed-in'), signedIn);
      if ((await handOver(address.tenant)) && !(await signedIn())) setRefused(noCookie());
    } catch (error) {
      setRefused(error);
    }
  };
  if (known.error instanceof Refusal && known.error.status === 401) {
    return (
      <main className="panel">
        <Empty title="Sign in to see this record">
          <p>A window opens for it, and closes by itself.</p>
          {refused !== undefined && <RefusalNote error={refused} />}
          <Button className="button primary" onPress={() => void signIn()}>Sign in</Button>
          {framed() && <p className="small"><a href={location.href} target="_blank" rel="noreferrer">Open in a window of its own</a></p>}
        </Empty>
      </main>
    );
  }
  return <Answer of={known}>{() => <Panel address={address} />}</Answer>;
}

try {
  show();
} catch {
  // Inside another site's page a browser may refuse what it keeps, and so the choice of looks.
}
const place = document.getElementById('root');
const address = read(location.pathname);
if (place) {
  createRoot(place).render(
    <StrictMode>
      <QueryClientProvider client={answers}>
        {address ? <Gate address={address} /> : (
          <main className="panel"><Empty title="This is no record"><p>The address of a panel is <code>/panel/tenant/installation/record type/record id</code>.</p></Empty></main>
        )}
      </QueryClientProvider>
    </StrictMode>,
  );
}
