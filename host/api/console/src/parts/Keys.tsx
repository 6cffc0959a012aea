import { useNavigate } from '@tanstack/react-router';
import { useEffect, useRef, useState } from 'react';
import { Dialogue } from './Dialogue';
import { useSections } from './useSections';

/** Two keys after one another count as a pair within this time, in milliseconds. */
const PAIR = 1_200;

/** Shortcuts: `g` and a letter goes to a section, `/` to the filter of the page, `?` lists them all. */
export function Keys({ tenant, find }: { tenant: string | undefined; find: () => void }) {
  const navigate = useNavigate();
  const [help, setHelp] = useState(false);
  const pending = useRef(0);
  const { all: sections } = useSections(tenant);

  useEffect(() => {
    const pressed = (event: KeyboardEvent) => {
      if (event.key === 'k' && (event.ctrlKey || event.metaKey)) {
        event.preventDefault();
        return find();
      }
      if (event.ctrlKey || event.metaKey || event.altKey || isWriting(event.target)) return;
      const paired = event.timeStamp - pending.current < PAIR;
      pending.current = event.key === 'g' ? event.timeStamp : 0;
      const section = paired ? sections.find(({ key }) => key === event.key) : undefined;
      if (section) return void navigate({ to: section.to, params: { tenant: tenant ?? '' } });
      if (event.key === '?') return setHelp(true);
      if (event.key === '/') {
        event.preventDefault();
        document.querySelector<HTMLElement>('[data-filter]')?.focus();
      }
    };
    addEventListener('keydown', pressed);
    return () => removeEventListener('keydown', pressed);
  }, [navigate, tenant, find, sections]);

  return (
    <Dialogue title="Keys" open={help} onOpenChange={setHelp}>
      {() => (
        <dl className="facts">
          <dt><kbd>Ctrl K</kbd></dt><dd>Go to anything by its name</dd>
          <dt><kbd>/</kbd></dt><dd>To the filter of this page</dd>
          {sections.map(({ key, label }) => (
            <div key={key} style={{ display: 'contents' }}><dt><kbd>g</kbd> <kbd>{key}</kbd></dt><dd>{label}</dd></div>
          ))}
        </dl>
      )}
    </Dialogue>
  );
}

function isWriting(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName));
}
