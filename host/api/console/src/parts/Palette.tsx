import { useQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { Autocomplete, Input, Menu, MenuItem, SearchField, useFilter } from 'react-aria-components';
import { tenants } from '../api/ofHost';
import { installations } from '../api/queries';
import { Dialogue } from './Dialogue';
import { useSections } from './useSections';

export function usePalette() {
  const [open, show] = useState(false);
  return { open, show };
}

interface Place {
  id: string;
  label: string;
  hint: string;
  go: () => void;
}

/** Everything that has a page, by its name. */
export function Palette({ open, show, tenant }: { open: boolean; show: (open: boolean) => void; tenant: string | undefined }) {
  return (
    <Dialogue title="Go to" open={open} onOpenChange={show}>
      {(close) => <Places tenant={tenant} close={close} />}
    </Dialogue>
  );
}

function Places({ tenant, close }: { tenant: string | undefined; close: () => void }) {
  const { contains } = useFilter({ sensitivity: 'base' });
  const places = usePlaces(tenant);
  const go = (id: unknown) => {
    close();
    places.find((place) => place.id === id)?.go();
  };
  return (
    <Autocomplete filter={contains}>
      <SearchField aria-label="Where to" autoFocus><Input className="input" placeholder="A section, a tenant, an installation" /></SearchField>
      <Menu className="palette" items={places} onAction={go} renderEmptyState={() => <p className="quiet">Nothing is called so.</p>}>
        {(place) => <MenuItem className="menu-item" id={place.id} textValue={place.label}><span>{place.label}</span><span className="small faint">{place.hint}</span></MenuItem>}
      </Menu>
    </Autocomplete>
  );
}

function usePlaces(tenant: string | undefined): Place[] {
  const navigate = useNavigate();
  const all = useQuery(tenants).data ?? [];
  const installed = useQuery({ ...installations(tenant ?? ''), enabled: tenant !== undefined }).data ?? [];
  const params = { tenant: tenant ?? '' };
  const { all: sections } = useSections(tenant);
  return [
    ...sections.map(({ to, label, key }) => ({ id: to, label, hint: `g ${key}`, go: () => void navigate({ to, params }) })),
    ...installed.map(({ id, connector }) => ({
      id: `i/${id}`, label: id, hint: `installation of ${connector}`,
      go: () => void navigate({ to: '/t/$tenant/installations/$installation', params: { ...params, installation: id } }),
    })),
    ...all.map(({ id, name }) => ({
      id: `t/${id}`, label: name, hint: `tenant ${id}`, go: () => void navigate({ to: '/t/$tenant/events', params: { tenant: id } }),
    })),
  ];
}
