import data from '../../data/model-facts.json' with { type: 'json' };
import { formsOf } from '../prices/id-forms.ts';

/** What a translation has to know of a model. */
export interface ModelFacts {
  /** `max_tokens` of a call that names no limit. */
  readonly defaultOutput: number;
  /** Whether `temperature` and `top_p` are taken: both, one of the two, or none. */
  readonly sampling: 'both' | 'one' | 'none';
  /** How it is told to think: by itself, within a budget of tokens, or not at all. */
  readonly thinking: 'adaptive' | 'budget' | 'none';
  /** What `output_config.effort` takes, the least first. */
  readonly efforts: readonly string[];
  /** Whether answers and tool calls can be held to a JSON schema. */
  readonly schemas: boolean;
  /** Whether instructions may stand between the turns. */
  readonly systemTurns: boolean;
}

/** As the file says it. */
interface FactsFile {
  readonly families: Readonly<Record<string, ModelFacts>>;
  readonly unknown: string;
  readonly models: Readonly<Record<string, string>>;
}

// oxlint-disable-next-line typescript/no-unsafe-type-assertion -- test/openai/model-facts.test.ts checks the file
const file = data as FactsFile;
const families = new Map(Object.entries(file.families));
const familyByModel = new Map(Object.entries(file.models));

/** The facts of a model by its id, however a gateway or cloud writes it; of an unknown one those of today's models. */
export function factsOf(model: string): ModelFacts {
  const form = formsOf(model).find((name) => familyByModel.has(name));
  const family = form === undefined ? file.unknown : (familyByModel.get(form) ?? file.unknown);
  const facts = families.get(family);
  if (facts === undefined) throw new Error(`data/model-facts.json has no family ${family}`);
  return facts;
}
