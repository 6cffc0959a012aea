import { useNavigate, useSearch } from '@tanstack/react-router';
import { LogIn } from 'lucide-react';
import { useState, type FormEvent } from 'react';
import { Button, Input, Label, TextField } from 'react-aria-components';
import { signInByToken, signInLink } from '../../api/session';
import { RefusalNote } from '../../parts/Problem';

/** The way in: with the organisation's account, or once with a token. */
export function SignIn() {
  const { back = '/' } = useSearch({ strict: false });
  const navigate = useNavigate();
  const [token, setToken] = useState('');
  const [refused, setRefused] = useState<unknown>();
  const [busy, setBusy] = useState(false);

  const submit = async (event: FormEvent) => {
    event.preventDefault();
    setBusy(true);
    try {
      await signInByToken(token.trim());
      await navigate({ to: back });
    } catch (error) {
      setRefused(error);
    } finally {
      setBusy(false);
      setToken('');
    }
  };

  return (
    <main className="gate">
      <div className="gate-card stack loose">
        <div className="stack">
          <span className="brand"><i aria-hidden />Tieline</span>
          <h1>Sign in to this host</h1>
        </div>
        <a className="button primary" href={signInLink(`/console${back}`)}><LogIn aria-hidden />Sign in with Microsoft</a>
        <form className="stack" onSubmit={(event) => void submit(event)}>
          <TextField className="field" type="password" value={token} onChange={setToken} isRequired autoComplete="off">
            <Label>Or with a token</Label>
            <Input className="input mono" placeholder="tl_…" spellCheck={false} />
            <p className="help">The host printed one at its first start; <code>tieline tokens create</code> makes others. It is sent once, and this browser does not keep it.</p>
          </TextField>
          {refused !== undefined && <RefusalNote error={refused} />}
          <Button type="submit" className="button" isDisabled={busy || token.trim() === ''}>{busy ? 'Signing in…' : 'Use token'}</Button>
        </form>
      </div>
    </main>
  );
}
