import { useMutation, useQueryClient } from '@tanstack/react-query';

/** Does something at the host; whatever the pages know may be different afterwards, and is asked for again. What was answered may
 * be a secret, and goes with the part of the page that shows it. */
export function useChange<I, O>(change: (input: I) => Promise<O>) {
  const answers = useQueryClient();
  return useMutation<O, unknown, I>({ mutationFn: change, gcTime: 0, onSettled: () => answers.invalidateQueries() });
}
