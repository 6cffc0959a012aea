import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { Button } from 'react-aria-components';
import { signIn } from '../api/changes';
import type { Problem } from '../api/model';
import { ProblemNote, RefusalNote } from '../parts/Problem';
import { view } from '../api/queries';
import type { Address } from './address';
import { content as read } from './content';
import { popUp } from './popUp';

/** The connection at which people sign in to work as themselves. */
const CONNECTION = 'microsoft';

/** Signing in to Microsoft, in a window of its own: Microsoft's page is never shown inside another. */
export function LogIn({ address, problem }: { address: Address; problem: Problem }) {
  const answers = useQueryClient();
  const [refused, setRefused] = useState<unknown>();
  const go = async () => {
    setRefused(undefined);
    try {
      const shown = view(address.tenant, address.installation, address.kind, address.id);
      await popUp(
        async () => (await signIn({ tenant: address.tenant, connection: CONNECTION, service: false, return_to: '/console/signed-in' })).url,
        async () => read((await answers.fetchQuery({ ...shown, staleTime: 0 })).content).signIn === undefined,
      );
    } catch (error) {
      setRefused(error);
    }
  };
  return (
    <section className="part" aria-label="Log in">
      <h1>Log in to Microsoft</h1>
      <ProblemNote problem={problem} tone="info" />
      {refused !== undefined && <RefusalNote error={refused} />}
      <div><Button className="button primary" onPress={() => void go()}>Log In</Button></div>
    </section>
  );
}
