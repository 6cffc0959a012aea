// What a connector asks for, beside what was granted: the difference that an operator approves. Pure.

import type { Grant, Manifest } from '../../api/model';

export type Standing = 'granted' | 'asked' | 'surplus';

export interface Right {
  kind: 'Graph' | 'HTTP' | 'Connection' | 'Capability' | 'Dataset';
  /** How the grant names it; capabilities and tables need no line there. */
  name: string;
  detail?: string;
  reason: string;
  standing: Standing;
  /** The list of the grant that it stands in. */
  list?: 'graph' | 'http' | 'connections';
}


/** Everything that the manifest asks for, then what the grant has beyond it, which is nobody's right. */
export function rights(manifest: Manifest, grant: Grant): Right[] {
  const of = <L extends 'graph' | 'http' | 'connections'>(list: L, name: string): Pick<Right, 'list' | 'standing'> =>
    ({ list, standing: grant[list].includes(name) ? 'granted' : 'asked' });
  const asked: Right[] = [
    ...manifest.graph_permissions.map(({ name, kind, reason }): Right => ({ kind: 'Graph', name, detail: kind, reason, ...of('graph', name) })),
    ...manifest.http_origins.map(({ origin, methods, reason }): Right => ({ kind: 'HTTP', name: origin, detail: methods.join(', '), reason, ...of('http', origin) })),
    ...manifest.connections.map(({ name, provider, scopes, reason }): Right => ({
      kind: 'Connection', name, detail: [provider, ...(scopes ?? [])].join(', '), reason, ...of('connections', name),
    })),
  ];
  const surplus = (['graph', 'http', 'connections'] as const).flatMap((list) =>
    grant[list].filter((name) => !asked.some((right) => right.list === list && right.name === name)).map((name): Right => ({
      kind: ({ graph: 'Graph', http: 'HTTP', connections: 'Connection' } as const)[list], name, list, reason: 'granted, and not asked for by this version: it has no effect', standing: 'surplus',
    })));
  return [...asked, ...surplus];
}

/** What needs no line of the grant: it is the installation's own. */
export function own(manifest: Manifest): Right[] {
  return [
    ...Object.entries(manifest.capabilities).map(([name, reason]): Right => ({ kind: 'Capability', name, reason, standing: 'granted' })),
    ...(manifest.datasets ?? []).map(({ name, reason }): Right => ({ kind: 'Dataset', name, reason, standing: 'granted' })),
  ];
}

export const asksForMore = (manifest: Manifest, grant: Grant): Right[] => rights(manifest, grant).filter(({ standing }) => standing === 'asked');

/** The grant with all that the manifest asks for and nothing beyond; limits stay as they are. */
export function approved(manifest: Manifest, grant: Grant, without: ReadonlySet<string>): Grant {
  const all = rights(manifest, grant).filter(({ standing, kind, name }) => standing !== 'surplus' && !without.has(`${kind}/${name}`));
  const names = (list: Right['list']) => all.filter((right) => right.list === list).map(({ name }) => name);
  return { ...grant, graph: [...new Set(names('graph'))], http: names('http'), connections: names('connections') };
}

