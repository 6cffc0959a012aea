/** A name as the host takes it: 1 to 63 characters. */
export const NAME = /^[a-z0-9][a-z0-9-]{0,62}$/;

/** A first guess at an id: the first word of a name, in small letters. */
export const idOf = (name: string): string =>
  (name.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase().match(/[a-z0-9]+/)?.[0] ?? '').slice(0, 63);
