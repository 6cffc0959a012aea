import { expect, it } from 'vitest';
import { challengeOf, proof } from './verifier';

it('has the challenge of RFC 7636', async () => {
  expect(await challengeOf('dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk')).toBe('E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM');
});

it('is another one each time, and has the form that the host takes', async () => {
  const [one, other] = await Promise.all([proof(), proof()]);
  expect(one?.verifier).not.toBe(other?.verifier);
  for (const word of [one.verifier, one.challenge, other.verifier]) expect(word).toMatch(/^[\w-]{43}$/);
});
