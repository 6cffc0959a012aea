import { expect, it } from 'vitest';
import { isWeb } from './links';

it.each([
  ['https://teams.microsoft.com/l/channel/1', true],
  ['http://127.0.0.1/x', true],
  ['javascript:alert(1)', false],
  ['data:text/html,x', false],
  ['/relative', false],
  [undefined, false],
])('%s may be followed: %s', (link, may) => expect(isWeb(link)).toBe(may));
