// How the caller of a hook proves itself, in words. Pure.

import type { HookSummary } from '../../api/model';

export function proof({ verification }: Pick<HookSummary, 'verification'>): string {
  switch (verification.kind) {
    case 'header':
      return `the secret in the header field ${verification.name}`;
    case 'query':
      return `the secret in the query as ${verification.name}`;
    case 'hmac-sha256':
      return `HMAC-SHA256 of the body, under the secret, in the header field ${verification.header}`;
    case 'soap-organization':
      return `an outbound message of the Salesforce organisation ${verification.organization}; the address is the secret`;
  }
}

/** The same, where there is little room. */
export function short({ verification }: Pick<HookSummary, 'verification'>): string {
  switch (verification.kind) {
    case 'header':
      return `Secret in ${verification.name}`;
    case 'query':
      return `Secret in the query, ${verification.name}`;
    case 'hmac-sha256':
      return `HMAC-SHA256 in ${verification.header}`;
    case 'soap-organization':
      return `Salesforce organisation ${verification.organization}`;
  }
}
