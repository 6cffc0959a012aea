import { QueryClientProvider, useQuery } from '@tanstack/react-query';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { Button } from 'react-aria-components';
import { Refusal } from '../api/http';
import { answers, begun, signInLink } from '../api/session';
import { useLive } from '../api/live';
import { Answer, Empty } from '../parts/Answer';
import { show } from '../style/theme';
import { read, type Address } from './address';
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
  if (known.error instanceof Refusal && known.error.status === 401) {
    return (
      <main className="panel">
        <Empty title="Sign in to see this record">
          <p>A window opens for it, and closes by itself.</p>
          <Button className="button primary" onPress={() => void popUp(() => signInLink('/console/signed-in'), async () => (await known.refetch()).isSuccess)}>Sign in</Button>
        </Empty>
      </main>
    );
  }
  return <Answer of={known}>{() => <Panel address={address} />}</Answer>;
}

show();
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
