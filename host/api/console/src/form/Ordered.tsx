import { GripVertical, X } from 'lucide-react';
import { Button, GridList, GridListItem, useDragAndDrop } from 'react-aria-components';
import { useKeptFocus } from './focus';
import { dropped, moved } from './order';
import type { Option } from './prepare';

/** A list of a few known things, chosen and put in order: by drag and drop, or with the keyboard alone. */
export function Ordered({ label, value, choices, onChange, disabled = false }: {
  label: string;
  value: string[];
  choices: Option[];
  onChange: (value: string[]) => void;
  disabled?: boolean;
}) {
  const named = (id: string) => choices.find((choice) => choice.value === id)?.label ?? id;
  const { dragAndDropHooks } = useDragAndDrop({
    getItems: (keys) => [...keys].map((key) => ({ 'text/plain': named(String(key)) })),
    onReorder: ({ keys, target }) => {
      if (target.dropPosition === 'on') return;
      onChange(dropped(value, new Set([...keys].map(String)), String(target.key), target.dropPosition));
    },
    isDisabled: disabled,
  });
  const { within, keep } = useKeptFocus<HTMLDivElement>(value);
  const move = (id: string, from: number, to: number) => {
    keep(arrows(id, to < from));
    onChange(moved(value, from, to));
  };
  const rest = choices.filter((choice) => !value.includes(choice.value));
  return (
    <div className="stack tight" ref={within}>
      <GridList className="ordered" aria-label={`${label}, in order`} items={value.map((id) => ({ id }))} dragAndDropHooks={dragAndDropHooks}
        keyboardNavigationBehavior="tab" dependencies={[value]} renderEmptyState={() => <span className="quiet small">None: choose one below.</span>}>
        {({ id }) => {
          const place = value.indexOf(id);
          return (
            <GridListItem id={id} textValue={named(id)} className="ordered-item">
              <Button slot="drag" className="button plain icon grip" aria-label={`Move ${named(id)}`}><GripVertical aria-hidden /></Button>
              <span className="place">{place + 1}</span>
              <span>{named(id)}</span>
              <span className="push row">
                <Button className="button plain small" aria-label={`${named(id)} up`} isDisabled={disabled || place === 0} data-move={`${id}/up`} onPress={() => move(id, place, place - 1)}>↑</Button>
                <Button className="button plain small" aria-label={`${named(id)} down`} isDisabled={disabled || place === value.length - 1} data-move={`${id}/down`} onPress={() => move(id, place, place + 1)}>↓</Button>
                <Button className="button plain icon" aria-label={`Leave ${named(id)} out`} isDisabled={disabled} onPress={() => onChange(value.filter((each) => each !== id))}><X aria-hidden /></Button>
              </span>
            </GridListItem>
          );
        }}
      </GridList>
      {rest.length > 0 && (
        <div className="row small">
          <span className="quiet">Not shown:</span>
          {rest.map((choice) => <Button key={choice.value} className="button small" isDisabled={disabled} onPress={() => onChange([...value, choice.value])}>+ {choice.label}</Button>)}
        </div>
      )}
    </div>
  );
}

/** The arrow that was pressed; at the end of the list the other one, since that one is of no use there. */
const arrows = (id: string, up: boolean): string[] => (up ? [`${id}/up`, `${id}/down`] : [`${id}/down`, `${id}/up`]);
