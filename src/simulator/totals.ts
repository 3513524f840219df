/** Tokens of one answer, as the API counts them. */
export interface Usage {
  readonly input: number;
  readonly cacheWrite5m: number;
  readonly cacheWrite1h: number;
  readonly cacheRead: number;
  readonly output: number;
  readonly thinking: number;
}

interface ModelTotal {
  messages: number;
  input_tokens: number;
  output_tokens: number;
  cache_read_input_tokens: number;
  ephemeral_5m_input_tokens: number;
  ephemeral_1h_input_tokens: number;
}

/** What one key has used: calls by status, and the tokens that were billed, by model. */
export class Totals {
  calls = 0;
  readonly statuses: Record<string, number> = {};
  readonly models: Record<string, ModelTotal> = {};

  status(status: number): void {
    this.statuses[status] = (this.statuses[status] ?? 0) + 1;
  }

  bill(model: string, usage: Usage): void {
    const total = (this.models[model] ??= {
      messages: 0,
      input_tokens: 0,
      output_tokens: 0,
      cache_read_input_tokens: 0,
      ephemeral_5m_input_tokens: 0,
      ephemeral_1h_input_tokens: 0,
    });
    total.messages += 1;
    total.input_tokens += usage.input;
    total.output_tokens += usage.output;
    total.cache_read_input_tokens += usage.cacheRead;
    total.ephemeral_5m_input_tokens += usage.cacheWrite5m;
    total.ephemeral_1h_input_tokens += usage.cacheWrite1h;
  }
}
