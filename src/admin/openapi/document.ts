import * as z from 'zod';
import { once } from '../../base/once.ts';
import { product } from '../../base/product.ts';
import { controlHeader } from '../run-file.ts';
import { type Operation, schemas } from './operation.ts';
import { operations } from './operations.ts';

type Json = Record<string, unknown>;

/** The API behind the page and the commands, as OpenAPI 3.1 (https://spec.openapis.org/oas/v3.1.1). */
export const openApiDocument = once((): Json => {
  const paths: Record<string, Json> = {};
  for (const operation of operations) {
    const path = (paths[operation.path] ??= parametersOf(operation.path));
    path[operation.method] = operationObject(operation);
  }
  return {
    openapi: '3.1.1',
    info: {
      title: product.name,
      version: product.version,
      summary: 'The API that the page and the commands of the proxy use.',
      description: introduction,
      license: { name: 'MIT', identifier: 'MIT' },
    },
    servers: [{ url: '/', description: 'The proxy on this machine' }],
    paths,
    components: {
      schemas: { ...viewSchemas(), Error: errorSchema },
      securitySchemes: {
        thisRun: {
          type: 'apiKey',
          in: 'header',
          name: controlHeader,
          description:
            'The token in run.json, which only the user of the proxy can read. It ends with the process.',
        },
      },
    },
  };
});

const introduction = [
  'It answers on the machine of the proxy only. `/control/hello` proves who answers, before the token is sent.',
  'Moments are ISO 8601 in UTC, `null` means "not set". Fields are added, never renamed. No answer holds a secret, but',
  'for the client key that was just made. An error has the envelope of the Claude API, and where there is something',
  'to do about it `problem` with a stable code, what is wrong, and the fix.',
].join(' ');

const errorSchema: Json = {
  type: 'object',
  required: ['type', 'error'],
  properties: {
    type: { const: 'error' },
    error: {
      type: 'object',
      required: ['type', 'message'],
      properties: { type: { type: 'string' }, message: { type: 'string' } },
    },
    problem: {
      type: 'object',
      required: ['code', 'title', 'fix'],
      properties: { code: { type: 'string' }, title: { type: 'string' }, fix: { type: 'string' } },
    },
  },
};

/** `{name}` in a path: text, percent-encoded. */
function parametersOf(path: string): Json {
  const names = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name);
  if (names.length === 0) return {};
  return {
    parameters: names.map((name) => ({ name, in: 'path', required: true, schema: { type: 'string' } })),
  };
}

function operationObject({
  method,
  path,
  tag,
  summary,
  door,
  body,
  status = 200,
  answer,
  type,
}: Operation): Json {
  const content = { schema: answer === undefined ? { type: 'string' } : schemaOf(answer, 'output') };
  return {
    operationId: idOf(method, path),
    tags: [tag],
    summary,
    ...(door === 'token' && { security: [{ thisRun: [] }] }),
    ...(body !== undefined && {
      requestBody: {
        required: true,
        content: { 'application/json': { schema: schemaOf(body(), 'input') } },
      },
    }),
    responses: {
      [String(status)]: { description: summary, content: { [type ?? 'application/json']: content } },
      default: {
        description: 'What went wrong, and what to do about it',
        content: { 'application/json': { schema: { $ref: '#/components/schemas/Error' } } },
      },
    },
  };
}

/** `postControlAccountsNameTest` */
function idOf(method: string, path: string): string {
  const words = path.split(/[^A-Za-z0-9]+/).filter((word) => word !== '');
  return method + words.map((word) => word.charAt(0).toUpperCase() + word.slice(1)).join('');
}

/** What is answered in several places stands once, under its name. */
const named = once(() => {
  const registry = z.registry<{ id: string }>();
  for (const [id, schema] of Object.entries(schemas)) registry.add(schema, { id });
  return registry;
});

const place = (id: string): string => `#/components/schemas/${id}`;

function viewSchemas(): Json {
  const all = z.toJSONSchema(named(), { io: 'output', unrepresentable: 'any', uri: place });
  return Object.fromEntries(Object.entries(all.schemas).map(([id, schema]) => [id, bare(schema)]));
}

/** The schema of one body: named ones in it are referred to. */
function schemaOf(schema: z.ZodType, io: 'input' | 'output'): Json {
  const name = Object.entries(schemas).find(([, one]) => one === schema)?.[0];
  if (name !== undefined) return { $ref: place(name) };
  const registry = z.registry<{ id: string }>();
  for (const [id, one] of Object.entries(schemas)) registry.add(one, { id });
  registry.add(schema, { id: 'asked' });
  const all = z.toJSONSchema(registry, { io, unrepresentable: 'any', uri: place });
  const own = all.schemas['asked'];
  return own === undefined ? {} : bare(own);
}

function bare({ $schema: _schema, $id: _id, ...rest }: Json): Json {
  return rest;
}
