import { useQuery } from '@tanstack/react-query';
import { Link, Outlet, useNavigate, useParams } from '@tanstack/react-router';
import { ChevronsUpDown, Search } from 'lucide-react';
import { Button, ListBox, ListBoxItem, Popover, Select, SelectValue } from 'react-aria-components';
import { tenants } from '../api/ofHost';
import { useLive } from '../api/live';
import { ExpiryBar } from '../pages/attention/ExpiryBar';
import { Account } from './Account';
import { Keys } from './Keys';
import { Palette, usePalette } from './Palette';
import { ATTENTION, type Section } from './sections';
import { useSections } from './useSections';

/** What stands around every page: the tenant, the way to the others, who is signed in. */
export function Shell() {
  const { tenant } = useParams({ strict: false });
  const palette = usePalette();
  const sections = useSections(tenant);
  useLive(tenant);
  return (
    <div className="shell">
      <a className="skip" href="#main">To the page</a>
      <aside className="side">
        <Link to="/" className="brand" aria-label="Tieline: needs attention"><i aria-hidden />Tieline</Link>
        <Button className="button finder" onPress={() => palette.show(true)}>
          <Search aria-hidden /><span>Go to…</span><kbd>Ctrl K</kbd>
        </Button>
        <nav aria-label="Sections">
          <SideLink section={ATTENTION} />
          <TenantChoice tenant={tenant} />
          {tenant && sections.tenant.map((section) => <SideLink key={section.to} section={section} tenant={tenant} />)}
          <p className="side-head">Host</p>
          {sections.host.map((section) => <SideLink key={section.to} section={section} />)}
        </nav>
        <Account />
      </aside>
      <div className="main">
        <ExpiryBar />
        <main id="main" tabIndex={-1}><Outlet /></main>
      </div>
      <Palette {...palette} tenant={tenant} />
      <Keys tenant={tenant} find={() => palette.show(true)} />
    </div>
  );
}

function SideLink({ section: { to, label, icon: Icon }, tenant }: { section: Section; tenant?: string }) {
  return (
    <Link to={to} params={{ tenant: tenant ?? '' }} className="side-link" activeProps={{ 'aria-current': 'page' }} activeOptions={{ exact: to === '/' }}>
      <Icon aria-hidden />{label}
    </Link>
  );
}

/** No tenant can be called so: names begin with a letter or a digit. */
const ALL = { id: '*', name: 'All tenants' };

function TenantChoice({ tenant }: { tenant: string | undefined }) {
  const { data } = useQuery(tenants);
  const navigate = useNavigate();
  if (!data?.length) return null;
  const go = (chosen: unknown) => void (chosen === ALL.id ? navigate({ to: '/' }) : navigate({ to: '/t/$tenant/events', params: { tenant: String(chosen) } }));
  return (
    <Select className="tenant-choice" aria-label="Tenant" value={tenant ?? ALL.id} onChange={go}>
      <Button className="select-button">
        <SelectValue>{({ selectedText }) => selectedText || ALL.name}</SelectValue><ChevronsUpDown aria-hidden />
      </Button>
      <Popover className="popover">
        <ListBox items={[ALL, ...data]}>
          {(item) => (
            <ListBoxItem className="menu-item" id={item.id} textValue={item.name}>
              <span>{item.name}</span>{item !== ALL && <code className="faint">{item.id}</code>}
            </ListBoxItem>
          )}
        </ListBox>
      </Popover>
    </Select>
  );
}
