import { expect, it } from 'vitest';
import { arrived, seen } from './arrivals';

const event = (id: string, received: number) => ({ id, received });

it('is new what came later, and not what is older and read later', () => {
  const then = seen([event('b', 20), event('a', 10)]);
  expect(arrived(event('c', 30), then)).toBe(true);
  expect(arrived(event('b', 20), then)).toBe(false);
  expect(arrived(event('z', 5), then)).toBe(false);
});

it('tells apart what came in the same millisecond', () => {
  expect(arrived(event('c', 20), seen([event('b', 20)]))).toBe(true);
});

it('takes everything for new where nothing was', () => expect(arrived(event('a', 1), seen([]))).toBe(true));
