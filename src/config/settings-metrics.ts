import { collectorUrl } from './addresses.ts';
import { filePath, optional, seconds, yesNo } from './kinds.ts';
import { foreignVariable } from './provider-kinds.ts';
import { setting } from './setting.ts';

export const metrics = {
  help: 'What is counted, for Prometheus and OpenTelemetry; `docs/metrics.md` explains every metric.',
  settings: {
    enabled: setting({
      kind: yesNo(),
      fallback: true,
      help: 'Whether calls are counted and `/metrics` answers.',
      isLive: false,
    }),
    otlpUrl: setting({
      kind: optional(collectorUrl()),
      fallback: undefined,
      help: 'A collector that takes metrics by OTLP over HTTP, in JSON. Where the URL has no path, `/v1/metrics` is added. Left out, nothing is sent anywhere.',
      isLive: true,
      example: 'http://127.0.0.1:4318',
    }),
    otlpIntervalSeconds: setting({
      kind: seconds(1, 3600),
      fallback: 60,
      help: 'How often they are sent.',
      isLive: true,
    }),
    otlpHeadersEnv: setting({
      kind: optional(foreignVariable()),
      fallback: undefined,
      help: 'The environment variable of the proxy that holds headers for the collector, as `name=value,name=value` with values percent-encoded. The headers themselves never stand in this file.',
      isLive: true,
      example: 'OTEL_EXPORTER_OTLP_HEADERS',
    }),
    otlpHeadersFile: setting({
      kind: optional(filePath()),
      fallback: undefined,
      help: 'The file that holds the headers instead, such as a mounted one; read each time it is needed.',
      isLive: true,
      example: '/run/secrets/otlp-headers',
    }),
  },
} as const;
