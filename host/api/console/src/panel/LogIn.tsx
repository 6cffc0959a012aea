import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { Button } from 'react-aria-components';
import { api, unwrap } from '../api/http';
import type { Problem } from '../api/model';
import { session } from '../api/ofHost';
import { view } from '../api/queries';
import { RefusalNote, sentence } from '../parts/Problem';
import type { Address } from './address';
import { content as read } from './content';
import { popUp } from './popUp';

/** The connection at which people sign in to work as themselves. */
const CONNECTION = 'microsoft';

/** A link for whoever is signed in to this host, and for nobody else; with a token one is nobody, and makes links for others. */
async function link({ tenant }: Address, self: boolean): Promise<string> {
  const path = { tenant, connection: CONNECTION };
  const asked = api.POST('/api/v1/tenants/{tenant}/connections/{connection}/sign-ins', { params: { path }, body: { self, return_to: '/console/signed-in' } });
  return (await unwrap(asked)).url;
}

/** Signing in to Microsoft, in a window of its own: Microsoft's page is never shown inside another. */
export function LogIn({ address, problem }: { address: Address; problem: Problem }) {
  const answers = useQueryClient();
  const [refused, setRefused] = useState<unknown>();
  const go = async () => {
    setRefused(undefined);
    try {
      const shown = view(address.tenant, address.installation, address.kind, address.id);
      await popUp(
        () => link(address, answers.getQueryData(session.queryKey)?.kind === 'person'),
        async () => read((await answers.fetchQuery({ ...shown, staleTime: 0 })).content).signIn === undefined,
      );
    } catch (error) {
      setRefused(error);
    }
  };
  return (
    <section className="part" aria-label="Log in">
      <h1>Log in to Microsoft</h1>
      {/* Its remedy is a command, for people who have a shell. */}
      <p>{sentence(problem.message)}</p>
      {refused !== undefined && <RefusalNote error={refused} />}
      <div><Button className="button primary" onPress={() => void go()}>Log In</Button></div>
    </section>
  );
}
