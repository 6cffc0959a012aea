/** Whether a link that a connector wrote leads to the web: nothing else may be followed from a page of the host. */
export function isWeb(link: unknown): link is string {
  if (typeof link !== 'string') return false;
  try {
    return ['https:', 'http:'].includes(new URL(link).protocol);
  } catch {
    return false;
  }
}
