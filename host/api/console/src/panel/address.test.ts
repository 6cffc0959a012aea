import { expect, it } from 'vitest';
import { read, write } from './address';

const address = { tenant: 'acme', installation: 'cases', kind: 'incident', id: 'a b/c' };

it('reads what it writes', () => expect(read(write(address))).toEqual(address));

it.each(['/panel/acme/cases/incident', '/panel', '/console/acme/cases/incident/1', '/panel/acme//incident/1'])('%s is no panel', (path) =>
  expect(read(path)).toBeUndefined());

it('takes what cannot be decoded as it stands', () => expect(read('/panel/a/b/c/100%')?.id).toBe('100%'));
