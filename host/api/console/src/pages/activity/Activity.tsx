import { useInfiniteQuery } from '@tanstack/react-query';
import { useNavigate, useParams, useSearch } from '@tanstack/react-router';
import { Activity as Icon } from 'lucide-react';
import { useState, type FormEvent } from 'react';
import { Button, Input, SearchField } from 'react-aria-components';
import type { ActivityEntry } from '../../api/model';
import { activity } from '../../api/queries';
import { cli } from '../../cli/lines';
import { Answer, Empty } from '../../parts/Answer';
import { Page } from '../../parts/Page';
import { Entries } from './Entries';

/** The timeline beside records: what connectors did, with links. */
export function Activity() {
  const { tenant } = useParams({ from: '/shell/t/$tenant/activity' });
  const { record } = useSearch({ from: '/shell/t/$tenant/activity' });
  const [kind, id] = split(record);
  const found = useInfiniteQuery(activity(tenant, kind && id ? { record_kind: kind, record_id: id } : {}));
  const data: ActivityEntry[] | undefined = found.data?.pages.flatMap(({ items }) => items);
  return (
    <Page title="Activity" about="What connectors noted about records, newest first." cli={cli.activity(tenant, kind && id ? record : undefined)}>
      <RecordFilter key={record} tenant={tenant} record={record ?? ''} />
      <Answer of={{ ...found, data }}>
        {(list) => list.length === 0 ? (
          <Empty icon={Icon} title={record ? 'Nothing was noted about this record' : 'Nothing was noted yet'}><p>{record ? 'Its kind and id stand as the connector writes them: Opportunity/006…' : 'When a connector does something about a record, it notes it here.'}</p></Empty>
        ) : <Entries list={list} tenant={tenant} />}
      </Answer>
      {found.hasNextPage && <Button className="button older" onPress={() => void found.fetchNextPage()} isDisabled={found.isFetchingNextPage}>Show older ones</Button>}
    </Page>
  );
}

/** `Opportunity/006…`: everything behind the first slash is the id. */
function split(record: string | undefined): [string?, string?] {
  const place = record?.indexOf('/') ?? -1;
  return record && place > 0 ? [record.slice(0, place), record.slice(place + 1)] : [];
}

function RecordFilter({ tenant, record }: { tenant: string; record: string }) {
  const navigate = useNavigate();
  const [text, setText] = useState(record);
  const go = (next: string) => void navigate({ to: '/t/$tenant/activity', params: { tenant }, search: { record: next || undefined } });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    go(text);
  };
  return (
    <form className="filters" role="search" onSubmit={submit}>
      <SearchField aria-label="Record" value={text} onChange={setText} onClear={() => go('')}>
        <Input className="input mono" data-filter placeholder="Opportunity/0065g00000XyZAb" size={36} />
      </SearchField>
      <Button type="submit" className="button">Show this record</Button>
    </form>
  );
}
