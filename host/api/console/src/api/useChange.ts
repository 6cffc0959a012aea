import { useMutation, useQueryClient } from '@tanstack/react-query';

/** Does something at the host; whatever the pages know may be different afterwards, and is asked for again. */
export function useChange<I, O>(change: (input: I) => Promise<O>) {
  const answers = useQueryClient();
  return useMutation<O, unknown, I>({ mutationFn: change, onSettled: () => answers.invalidateQueries() });
}
