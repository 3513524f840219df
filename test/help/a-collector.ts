import * as z from 'zod';
import { header } from '../../src/http/headers.ts';
import { anUpstream, json, type Reply, type SeenCall, type Upstream } from './an-upstream.ts';

const attribute = z.strictObject({
  key: z.string().min(1),
  value: z.strictObject({ stringValue: z.string() }),
});
/** 64-bit integers are decimal text in JSON (proto3's mapping). */
const integer = z.string().regex(/^\d{1,20}$/);
const moment = z.string().regex(/^1\d{18}$/);
const head = { attributes: z.array(attribute), startTimeUnixNano: moment, timeUnixNano: moment };
const numbers = z.array(z.strictObject({ ...head, asDouble: z.number() })).min(1);
const lengths = z
  .array(
    z.strictObject({
      ...head,
      count: integer,
      sum: z.number(),
      bucketCounts: z.array(integer),
      explicitBounds: z.array(z.number()),
    }),
  )
  .min(1);
const about = { name: z.string().regex(/^[a-z_]+$/), description: z.string().min(1), unit: z.string() };

/** What the protocol's JSON encoding allows of the parts we send, and nothing else. */
const batch = z.strictObject({
  resourceMetrics: z.tuple([
    z.strictObject({
      resource: z.strictObject({ attributes: z.array(attribute) }),
      scopeMetrics: z.tuple([
        z.strictObject({
          scope: z.strictObject({ name: z.string(), version: z.string() }),
          metrics: z.array(
            z.union([
              z.strictObject({ ...about, gauge: z.strictObject({ dataPoints: numbers }) }),
              z.strictObject({
                ...about,
                sum: z.strictObject({
                  aggregationTemporality: z.literal(2),
                  isMonotonic: z.literal(true),
                  dataPoints: numbers,
                }),
              }),
              z.strictObject({
                ...about,
                histogram: z.strictObject({ aggregationTemporality: z.literal(2), dataPoints: lengths }),
              }),
            ]),
          ),
        }),
      ]),
    }),
  ]),
});

/** The names of the metrics in what a collector was sent. @throws where that is not as OTLP wants it */
export function namesIn({ method, headers, body }: SeenCall): string[] {
  if (method !== 'POST' || header(headers, 'content-type') !== 'application/json')
    throw new Error('no batch');
  const { resourceMetrics } = batch.parse(JSON.parse(body.toString()));
  return resourceMetrics[0].scopeMetrics[0].metrics.map(({ name }) => name);
}

/** A collector that takes metrics by OTLP over HTTP; `reply` where it shall not just be content. */
export function aCollector(reply: Reply = () => json(200, { partialSuccess: {} })): Promise<Upstream> {
  return anUpstream(reply);
}
