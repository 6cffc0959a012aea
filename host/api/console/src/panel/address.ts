// What a panel is about stands in its address: `/panel/<tenant>/<installation>/<record type>/<record id>`. Pure.

export interface Address {
  tenant: string;
  installation: string;
  kind: string;
  id: string;
}

export function read(path: string): Address | undefined {
  const [panel, tenant, installation, kind, ...rest] = path.split('/').filter(Boolean).map(plain);
  const id = rest.join('/');
  return panel === 'panel' && tenant && installation && kind && id ? { tenant, installation, kind, id } : undefined;
}

function plain(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

export const write = ({ tenant, installation, kind, id }: Address): string =>
  `/panel/${[tenant, installation, kind, id].map(encodeURIComponent).join('/')}`;
