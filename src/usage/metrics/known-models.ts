import type { CallRecord } from '../call-record.ts';
import { other } from './tally.ts';

/** More models than anybody uses through one proxy. */
const mostModels = 40;

/** The day a model came out, at the end of its name: the family is the same without. */
const day = /-20\d{6}$/;

/** What names of models are made of, those of other clouds included. Anything else is no label. */
const plainName = /^[\w.:/@-]{1,80}$/;

/**
 * The models that metrics name. Clients write into a call whatever they like, and each new name would be new
 * series for ever: a name counts as known once the upstream has answered with it, and only the first so many do.
 */
export class KnownModels {
  readonly #labels = new Map<string, string>();
  readonly #families = new Set<string>();

  /** The label for the model of a call: its family, `other` where nobody knows it, `none` where there is none. */
  labelOf(record: CallRecord): string {
    const { model } = record;
    if (model === undefined) return 'none';
    return this.#labels.get(model) ?? this.#learn(model, record);
  }

  #learn(model: string, { status, ended, usage }: CallRecord): string {
    const isAnswered = status < 300 && ended === 'complete' && usage !== undefined;
    if (!isAnswered || !plainName.test(model)) return other;
    const family = model.replace(day, '');
    if (!this.#families.has(family) && this.#families.size >= mostModels) return other;
    // Days of one family are few; one who makes them up cannot fill the map.
    if (this.#labels.size < 4 * mostModels) this.#labels.set(model, family);
    this.#families.add(family);
    return family;
  }
}
