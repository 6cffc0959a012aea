import type {
  ArrayFieldItemTemplateProps, ArrayFieldTemplateProps, FieldTemplateProps, MultiSchemaFieldTemplateProps, ObjectFieldTemplateProps, RJSFSchema as Schema, TemplatesType,
  WrapIfAdditionalTemplateProps,
} from '@rjsf/utils';
import { GripVertical, Plus, X } from 'lucide-react';
import { createContext, useContext, useState, type ReactNode } from 'react';
import { Button } from 'react-aria-components';
import { useKeptFocus } from './focus';
import { called } from './prepare';
import { LineInput } from './widgets';

/** Puts the list at a path into another order. */
export type Reorder = (path: readonly (string | number)[], from: number, to: number) => void;
export const ReorderContext = createContext<Reorder>(() => undefined);

/** The list that an item is of. */
interface List {
  id: string;
  title: string;
  move: (from: number, to: number) => void;
  held: number | undefined;
  hold: (place: number | undefined) => void;
}
const ListContext = createContext<List>({ id: '', title: '', move: () => undefined, held: undefined, hold: () => undefined });

function Field({ id, label, rawDescription, rawErrors, required, hidden, displayLabel, schema, children, ...rest }: FieldTemplateProps<unknown, Schema>) {
  if (hidden) return <div hidden>{children}</div>;
  // A box has its label beside it; an item of a list stands under the list's own.
  const own = schema.type === 'boolean' || /_\d+$/.test(id);
  return (
    <Additional {...rest} id={id} label={label} schema={schema}>
      <div className="field">
        {displayLabel && !own && <label htmlFor={id}>{label}{required && <span className="needed"> needed</span>}</label>}
        {children}
        {displayLabel && !own && rawDescription && <p className="help" id={`${id}__description`}>{rawDescription}</p>}
        {rawErrors && rawErrors.length > 0 && <p className="error" id={`${id}__error`} role="alert">{rawErrors.map((error) => `${called(error)}.`).join(' ')}</p>}
      </div>
    </Additional>
  );
}

type AdditionalProps = Pick<FieldTemplateProps<unknown, Schema>, 'id' | 'label' | 'schema' | 'onKeyRenameBlur' | 'onRemoveProperty' | 'disabled' | 'readonly'> & { children: ReactNode };

/** A property that people name themselves: its name stands beside it and can be changed. */
function Additional({ id, label, schema, disabled, readonly, onKeyRenameBlur, onRemoveProperty, children }: AdditionalProps) {
  if (!('__additional_property' in schema)) return <>{children}</>;
  return (
    <div className="named-property">
      <input className="input mono" aria-label="Name" id={`${id}-key`} defaultValue={label} disabled={disabled || readonly} onBlur={onKeyRenameBlur} />
      <div>{children}</div>
      <Button className="button plain icon" aria-label={`Remove ${label}`} isDisabled={disabled || readonly} onPress={() => onRemoveProperty()}><X aria-hidden /></Button>
    </div>
  );
}

/** An item of a list is called by its own name, where it has one. */
function titleOf(title: string, formData: unknown, path: readonly (string | number)[]): string {
  const place = path.at(-1);
  const name = (formData as { name?: unknown } | undefined)?.name;
  return typeof place === 'number' ? `${place + 1}${typeof name === 'string' && name !== '' ? `: ${name}` : ''}` : title;
}

function Group({ title, description, properties, schema, formData, onAddProperty, disabled, readonly, fieldPathId, optionalDataControl }: ObjectFieldTemplateProps<unknown, Schema>) {
  const root = fieldPathId.path.length === 0;
  const item = typeof fieldPathId.path.at(-1) === 'number';
  return (
    <fieldset className={root ? 'group root' : 'group'} id={fieldPathId.$id}>
      {!root && title && <legend>{titleOf(title, formData, fieldPathId.path)}</legend>}
      {!root && !item && description && <p className="help">{description}</p>}
      {optionalDataControl}
      {properties.filter(({ hidden }) => !hidden).map(({ name, content }) => <div key={name}>{content}</div>)}
      {Boolean(schema.additionalProperties) && (
        <Button className="button small" isDisabled={disabled || readonly || false} onPress={() => onAddProperty()}><Plus aria-hidden />Add</Button>
      )}
    </fieldset>
  );
}

/** A list: items are dragged by their handle, or moved by arrows. */
function ListField({ title, schema, items, canAdd, onAddClick, fieldPathId, disabled, readonly, required }: ArrayFieldTemplateProps<unknown, Schema>) {
  const reorder = useContext(ReorderContext);
  const [held, hold] = useState<number>();
  const { within, keep } = useKeptFocus<HTMLOListElement>(items);
  const id = fieldPathId.$id;
  const move = (from: number, to: number) => {
    keep(to < from ? [`${id}/${to}/up`, `${id}/${to}/down`] : [`${id}/${to}/down`, `${id}/${to}/up`]);
    reorder(fieldPathId.path, from, to);
  };
  return (
    <fieldset className="group list" id={fieldPathId.$id}>
      <legend>{title}{required && <span className="needed"> needed</span>}</legend>
      {schema.description && <p className="help">{schema.description}</p>}
      <ListContext value={{ id, title, move, held, hold }}>
        {items.length > 0 && <ol className="items" ref={within}>{items}</ol>}
      </ListContext>
      {canAdd && <Button className="button small" isDisabled={disabled || readonly || false} onPress={() => onAddClick()}><Plus aria-hidden />Add</Button>}
    </fieldset>
  );
}

function Item({ children, buttonsProps, index, totalItems }: ArrayFieldItemTemplateProps<unknown, Schema>) {
  const { id, title, move, held, hold } = useContext(ListContext);
  const [over, setOver] = useState(false);
  const place = `${title}: item ${index + 1} of ${totalItems}`;
  return (
    <li className={over && held !== undefined && held !== index ? 'item over' : 'item'}
      onDragOver={(event) => {
        if (held === undefined) return;
        event.preventDefault();
        setOver(true);
      }}
      onDragLeave={() => setOver(false)}
      onDrop={(event) => {
        if (held === undefined) return;
        event.preventDefault();
        setOver(false);
        move(held, index);
        hold(undefined);
      }}>
      <span className="grip" draggable={totalItems > 1} aria-hidden title="Drag to order"
        onDragStart={(event) => {
          event.dataTransfer.setData('text/plain', String(index));
          hold(index);
        }}
        onDragEnd={() => hold(undefined)}><GripVertical /></span>
      <div className="item-body">{children}</div>
      <div className="item-buttons">
        <Button className="button plain small" aria-label={`${place} up`} data-move={`${id}/${index}/up`} isDisabled={index === 0} onPress={() => move(index, index - 1)}>↑</Button>
        <Button className="button plain small" aria-label={`${place} down`} data-move={`${id}/${index}/down`} isDisabled={index === totalItems - 1} onPress={() => move(index, index + 1)}>↓</Button>
        {buttonsProps.hasRemove && <Button className="button plain icon" aria-label={`Remove ${place}`} onPress={() => buttonsProps.onRemoveItem()}><X aria-hidden /></Button>}
      </div>
    </li>
  );
}

function Variants({ selector, optionSchemaField }: MultiSchemaFieldTemplateProps<unknown, Schema>) {
  return <div className="stack tight"><div className="short">{selector}</div>{optionSchemaField}</div>;
}

/** The field's own template shows what people named themselves. */
const Bare = ({ children }: WrapIfAdditionalTemplateProps<unknown, Schema>) => <>{children}</>;
const Nothing = () => null;

export const templates: Partial<TemplatesType<unknown, Schema>> = {
  FieldTemplate: Field,
  ObjectFieldTemplate: Group,
  ArrayFieldTemplate: ListField,
  ArrayFieldItemTemplate: Item,
  MultiSchemaFieldTemplate: Variants,
  WrapIfAdditionalTemplate: Bare,
  BaseInputTemplate: LineInput,
  ErrorListTemplate: Nothing,
};
