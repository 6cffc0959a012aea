// What a panel proves itself with when it is handed a session: a secret that it keeps, and its SHA-256, which others may hear
// (as PKCE does, RFC 7636). Pure.

const text = (bytes: Uint8Array): string => btoa(String.fromCharCode(...bytes)).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '');

export interface Proof {
  verifier: string;
  challenge: string;
}

export async function challengeOf(verifier: string): Promise<string> {
  return text(new Uint8Array(await crypto.subtle.digest('SHA-256', new TextEncoder().encode(verifier))));
}

/** A new one for each window. */
export async function proof(): Promise<Proof> {
  const verifier = text(crypto.getRandomValues(new Uint8Array(32)));
  return { verifier, challenge: await challengeOf(verifier) };
}
