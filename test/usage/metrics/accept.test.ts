import { expect, it } from 'bun:test';
import { formatFor } from '../../../src/usage/metrics/accept.ts';

/** What Prometheus sends: 2.42, then 3.5. */
const prometheus2 =
  'application/openmetrics-text;version=1.0.0,application/openmetrics-text;version=0.0.1;q=0.75,text/plain;version=0.0.4;q=0.5,*/*;q=0.1';
const prometheus3 =
  'application/openmetrics-text;version=1.0.0;escaping=allow-utf-8;q=0.6,application/openmetrics-text;version=0.0.1;q=0.5,text/plain;version=1.0.0;escaping=allow-utf-8;q=0.4,text/plain;version=0.0.4;q=0.3,*/*;q=0.2';

it.each([
  [undefined, 'prometheus'],
  ['', 'prometheus'],
  ['*/*', 'prometheus'],
  ['text/html', 'prometheus'],
  ['text/plain;version=0.0.4', 'prometheus'],
  [prometheus2, 'openmetrics'],
  [prometheus3, 'openmetrics'],
  ['application/openmetrics-text', 'openmetrics'],
  ['Application/OpenMetrics-Text; Version="1.0.0"', 'openmetrics'],
  ['application/openmetrics-text;version=0.0.1', 'prometheus'],
  ['application/openmetrics-text;version=2.0.0', 'prometheus'],
  ['application/openmetrics-text;q=0, text/plain', 'prometheus'],
  ['application/openmetrics-text;q=0.2, text/plain;q=0.9', 'prometheus'],
  ['application/openmetrics-text;q=x', 'prometheus'],
] as const)('%p is answered in the format %s', (accept, format) => {
  expect(formatFor(accept)).toBe(format);
});
