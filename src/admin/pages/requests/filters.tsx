/** @jsxImportSource hono/jsx */
import { Icon } from '../parts/icons.tsx';
import { endings, type RequestFilter } from './filter.ts';

/** What one may choose from: values, and how they are called. */
export interface FilterChoices {
  readonly accounts: readonly Option[];
  readonly models: readonly Option[];
  readonly clients: readonly Option[];
}

interface Option {
  readonly value: string;
  readonly title: string;
}

/** Which requests are shown. What is typed or chosen takes effect at once, and stands in the address. */
export function Filters({ filter, choices }: { filter: RequestFilter; choices: FilterChoices }) {
  return (
    <form
      class="filters"
      role="search"
      aria-label="Requests"
      action="/requests"
      data-address
      hx-get="/requests/list"
      hx-target="#requests"
      hx-swap="outerMorph"
      hx-trigger="input delay:200ms, submit"
      hx-sync="this:replace"
    >
      <div class="search">
        <Icon name="search" />
        <input
          type="search"
          name="q"
          value={filter.q}
          placeholder="Id, path, error, …"
          aria-label="Words in it"
          data-key="/"
          autocomplete="off"
        />
      </div>
      <Select name="account" label="Account" value={filter.account} options={choices.accounts} />
      <Select name="model" label="Model" value={filter.model} options={choices.models} />
      <Select name="client" label="Client" value={filter.client} options={choices.clients} />
      <Select name="ended" label="Ended" value={filter.ended} options={endings} />
      <input
        class="session-filter"
        name="session"
        value={filter.session}
        placeholder="Session"
        aria-label="Session, or the beginning of its id"
        autocomplete="off"
      />
      <label class="switch">
        <input type="checkbox" name="troubled" value="yes" checked={filter.troubled === 'yes'} />
        Moved or failed
      </label>
    </form>
  );
}

interface SelectProps {
  readonly name: string;
  readonly label: string;
  readonly value: string;
  readonly options: readonly Option[];
}

/** What is chosen is there also where nobody offers it any more. */
function Select({ name, label, value, options }: SelectProps) {
  const isOffered = value === '' || options.some((option) => option.value === value);
  const all = isOffered ? options : [...options, { value, title: value }];
  return (
    <select name={name} aria-label={label}>
      <option value="">{`${label}: any`}</option>
      {all.map((option) => (
        <option value={option.value} selected={option.value === value}>
          {option.title}
        </option>
      ))}
    </select>
  );
}
