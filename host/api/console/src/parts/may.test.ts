import { expect, it } from 'vitest';
import { may } from './may';

it('takes a greater role for a lesser one, and no tenant for another', () => {
  const admin = [{ role: 'tenant-admin' as const, tenant: 'acme' }];
  expect(may(admin, 'viewer', 'acme')).toBe(true);
  expect(may(admin, 'tenant-admin', 'acme')).toBe(true);
  expect(may(admin, 'viewer', 'globex')).toBe(false);
  expect(may(admin, 'operator', 'acme')).toBe(false);
  expect(may(admin, 'viewer')).toBe(false);
});

it('takes a right without a tenant for one to all of them', () => {
  expect(may([{ role: 'viewer' }], 'viewer', 'acme')).toBe(true);
  expect(may([{ role: 'operator' }], 'tenant-admin', 'acme')).toBe(true);
  expect(may([], 'viewer', 'acme')).toBe(false);
});
