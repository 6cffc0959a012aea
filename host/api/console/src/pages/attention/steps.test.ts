import { expect, it } from 'vitest';
import type { TenantSummary } from '../../api/model';
import { steps } from './steps';

const tenant = (id: string, connections: string[] = [], installations: string[] = []): TenantSummary => ({ id, name: id, connections, installations });
const told = (tenants: TenantSummary[], connectors: number) => steps(tenants, connectors).map(({ done, to }) => (done ? 'done' : to ? `${to.to} ${to.params['tenant'] ?? ''}`.trim() : 'later'));

it('leads from nothing to a connector that runs', () => {
  expect(told([], 0)).toEqual(['/tenants/new', 'later', '/connectors', 'later']);
  expect(told([tenant('acme')], 0)).toEqual(['done', '/t/$tenant/connections/new acme', '/connectors acme', 'later']);
  expect(told([tenant('acme')], 1)).toEqual(['done', '/t/$tenant/connections/new acme', 'done', 'later']);
  expect(told([tenant('acme', ['microsoft'])], 0)).toEqual(['done', 'done', '/connectors acme', 'later']);
  expect(told([tenant('acme', ['microsoft'])], 1)).toEqual(['done', 'done', 'done', '/t/$tenant/installations/new acme']);
});

it('goes on with the tenant that is farthest', () => {
  expect(told([tenant('acme'), tenant('beta', ['microsoft'])], 1).at(-1)).toBe('/t/$tenant/installations/new beta');
});

it('is over once something is enabled for somebody', () => {
  expect(steps([tenant('acme'), tenant('beta', [], ['desk'])], 0)).toEqual([]);
});
