import { useMutation, useQueryClient } from '@tanstack/react-query';
import { act, type Asked } from '../api/changes';
import type { Address } from './address';

/** What an action may change of what the panel shows. The directory is another's, and asked for anew by itself. */
const CHANGED = new Set(['view', 'note', 'activity']);

/** Asks the connector for an action about the panel's record; afterwards the view is another. */
export function useAsk<O = unknown>({ tenant, installation, kind, id }: Address) {
  const answers = useQueryClient();
  return useMutation<O, unknown, Pick<Asked, 'action' | 'input'>>({
    mutationFn: async ({ action, input }) => {
      const { output } = await act({ tenant, installation, action, input, record: [kind, id] });
      return output as O;
    },
    onSettled: () => answers.invalidateQueries({ predicate: ({ queryKey }) => queryKey[0] === tenant && CHANGED.has(String(queryKey[1])) }),
  });
}
