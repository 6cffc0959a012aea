import { useQuery } from '@tanstack/react-query';
import { Moon, Sun, SunMoon } from 'lucide-react';
import { useState } from 'react';
import { Button } from 'react-aria-components';
import { session } from '../api/ofHost';
import { signOut } from '../api/session';
import { Tip } from './Tip';
import { theme, wear, type Theme } from '../style/theme';

const NEXT: Record<Theme, Theme> = { system: 'light', light: 'dark', dark: 'system' };
const ICON = { system: SunMoon, light: Sun, dark: Moon };

/** Who is signed in, the way out, and the looks. */
export function Account() {
  const { data } = useQuery(session);
  const [worn, setWorn] = useState(theme());
  const Icon = ICON[worn];
  const change = () => {
    wear(NEXT[worn]);
    setWorn(NEXT[worn]);
  };
  return (
    <footer className="account">
      <div className="who">
        <span className="strong">{data?.name ?? '…'}</span>
        <span className="small quiet">{data?.rights.map((right) => (right.tenant ? `${right.role} of ${right.tenant}` : right.role)).join(', ')}</span>
      </div>
      <Tip text={`Looks: ${worn}`}>
        <Button className="button plain icon" aria-label={`Looks: ${worn}. Change`} onPress={change}><Icon aria-hidden /></Button>
      </Tip>
      <Button className="button plain small" onPress={() => void signOut()}>Sign out</Button>
    </footer>
  );
}
