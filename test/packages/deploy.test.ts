import { describe, expect, test } from 'bun:test';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { longestOpeningMs } from '../../src/base/opening.ts';
import { product } from '../../src/base/product.ts';
import { fromEnvironment } from '../../src/config/environment.ts';
import { defaultSettings } from '../../src/config/settings.ts';
import { deployFiles } from '../../scripts/release/packages/deploy.ts';
import { checkoutFacts } from '../../scripts/release/packages/facts.ts';
import { plainValues } from '../../scripts/release/packages/values.ts';
import { rendered } from '../help/a-chart.ts';
import { benches } from '../help/a-command.ts';

const files = deployFiles(plainValues(checkoutFacts('1.2.3')));
const bench = benches();
const chart = `helm/${product.binary}`;

const yaml = (text: string): unknown => Bun.YAML.parse(text);
const file = (path: string): string => files.get(path) ?? '';

/** What stands at `path` in something that was read: `spec.template`, `containers.0`. */
const at = (read: unknown, path: string): unknown =>
  path.split('.').reduce((value, key) => (value as Record<string, unknown> | undefined)?.[key], read);
const list = <T>(read: unknown, path: string): T[] => (at(read, path) ?? []) as T[];

const shipped = yaml(file(`${chart}/values.yaml`)) as Record<string, unknown>;
const values = (changes: Readonly<Record<string, unknown>> = {}): unknown => ({
  ...shipped,
  publicUrl: 'https://proxy.example.com',
  ...changes,
});

type Documents = ReadonlyMap<string, unknown>;
const byKind = (documents: readonly unknown[]): Documents =>
  new Map(documents.map((document) => [String(at(document, 'kind')), document]));

/** The chart as a cluster would get it. */
function helm(changes: Readonly<Record<string, unknown>> = {}): Documents {
  const templates = [...files].filter(
    ([path]) => path.startsWith(`${chart}/templates/`) && path.endsWith('.yaml'),
  );
  const texts = templates.map(([, text]) => rendered(text, values(changes), 'mine'));
  return byKind(texts.filter((text) => text.trim() !== '').map(yaml));
}

const manifests = ['settings', 'storage', 'deployment', 'service', 'ingress'];
const plain = byKind(manifests.map((name) => yaml(file(`kubernetes/${name}.yaml`))));

test('every file of deploy/ is read by the parser of its format', () => {
  for (const [path, text] of files) {
    if (path.includes('/templates/')) continue;
    if (/\.ya?ml$/.test(path)) expect(yaml(text), path).toBeObject();
    if (path.endsWith('.json')) expect(JSON.parse(text), path).toBeObject();
    if (path.endsWith('.toml')) expect(Bun.TOML.parse(text), path).toBeObject();
  }
});

test('the files in deploy/ are what the templates make', () => {
  for (const [path, text] of deployFiles(plainValues(checkoutFacts(product.version))))
    expect(readFileSync(join(import.meta.dir, '..', '..', 'deploy', path), 'utf8')).toBe(text);
});

describe.each([
  ['the manifests', () => plain],
  ['the chart', () => helm({ ingress: { ...(shipped['ingress'] as object), enabled: true } })],
] as const)('%s', (_, documents) => {
  const one = (kind: string): unknown => documents().get(kind);
  const pod = (): unknown => at(one('Deployment'), 'spec.template.spec');
  const container = (): unknown => at(pod(), 'containers.0');

  test('run one replica, and never two at once', () => {
    expect(at(one('Deployment'), 'spec.replicas')).toBe(1);
    expect(at(one('Deployment'), 'spec.strategy')).toEqual({ type: 'Recreate' });
  });

  test('run without rights, on a root that cannot be written to', () => {
    expect(at(pod(), 'securityContext')).toMatchObject({
      runAsNonRoot: true,
      runAsUser: 65_532,
      seccompProfile: { type: 'RuntimeDefault' },
    });
    expect(at(container(), 'securityContext')).toEqual({
      allowPrivilegeEscalation: false,
      readOnlyRootFilesystem: true,
      capabilities: { drop: ['ALL'] },
    });
    expect(at(pod(), 'automountServiceAccountToken')).toBe(false);
  });

  test('select the pods they make, and lead to a port that these have', () => {
    const labels = at(one('Deployment'), 'spec.template.metadata.labels');
    expect(at(one('Deployment'), 'spec.selector.matchLabels')).toEqual(labels);
    expect(at(one('Service'), 'spec.selector')).toEqual(labels);
    const ports = list<{ name: string }>(container(), 'ports').map(({ name }) => name);
    expect(ports).toContain(String(at(one('Service'), 'spec.ports.0.targetPort')));
    expect(at(one('Ingress'), 'spec.rules.0.http.paths.0.backend.service.name')).toBe(
      at(one('Service'), 'metadata.name'),
    );
  });

  test('mount the volume they claim, and take their variables from what there is', () => {
    const volumes = list<{ name: string }>(pod(), 'volumes');
    const claimed = volumes.map((volume) => at(volume, 'persistentVolumeClaim.claimName'));
    expect(claimed.filter(Boolean)).toEqual([at(one('PersistentVolumeClaim'), 'metadata.name')]);
    const mounted = list<{ name: string }>(container(), 'volumeMounts').map(({ name }) => name);
    expect(mounted.toSorted()).toEqual(volumes.map(({ name }) => name).toSorted());
    expect(at(container(), 'envFrom.0.configMapRef.name')).toBe(at(one('ConfigMap'), 'metadata.name'));
  });

  test('wait for a start as long as an update tries one for', () => {
    const probe = at(container(), 'startupProbe') as Record<string, number>;
    const { periodSeconds = 0, failureThreshold = 0, timeoutSeconds } = probe;
    expect(periodSeconds * failureThreshold * 1_000).toBe(longestOpeningMs);
    expect(timeoutSeconds).toBe(Number(at(container(), 'livenessProbe.timeoutSeconds')));
  });

  test('give longer for the end than running answers may take', () => {
    const seconds = Number(at(pod(), 'terminationGracePeriodSeconds'));
    expect(seconds).toBeGreaterThan(defaultSettings.server.drainSeconds);
  });

  test('set what the proxy understands, and it starts with that', async () => {
    const data = at(one('ConfigMap'), 'data') as Record<string, string>;
    expect(fromEnvironment(data).flaws).toEqual([]);
    await expectStart(data);
  });
});

/** Starts the proxy with the variables of a container, on any port, and asks it as its health check does. */
async function expectStart(variables: Readonly<Record<string, string>>): Promise<void> {
  const made = bench();
  const env: Record<string, string> = {
    ...variables,
    CCPROXY_CLIENT_KEY: `ccp-${'a1'.repeat(24)}`,
    CCPROXY_PORT: '0',
  };
  // Those lead to places that only the container has.
  for (const name of ['CCPROXY_HOME', 'CCPROXY_VAULT_KEY_FILE']) Reflect.deleteProperty(env, name);
  const running = await made.start(['serve', '--no-open'], { env });
  expect(await made.run(['health', '--live'])).toEqual({ out: 'pass\n', err: '', code: 0 });
  expect(await running.stop()).toBe(0);
}

describe('the chart', () => {
  test('says what it needs where that is missing', () => {
    expect(() => helm({ publicUrl: '' })).toThrow('publicUrl is needed');
  });

  test('makes no ingress unless asked to, and no claim beside one that is there', () => {
    const storage = { size: '1Gi', className: '', existingClaim: 'theirs' };
    const documents = helm({ storage });
    expect([...documents.keys()].toSorted()).toEqual(['ConfigMap', 'Deployment', 'Service']);
    expect(at(documents.get('Deployment'), 'spec.template.spec.volumes.0')).toEqual({
      name: 'home',
      persistentVolumeClaim: { claimName: 'theirs' },
    });
  });

  test('passes on what is set: settings, a storage class, secrets of the registry, where to run', () => {
    const documents = helm({
      settings: { CCPROXY_LOG_LEVEL: 'debug' },
      storage: { size: '1Gi', className: 'fast', existingClaim: '' },
      imagePullSecrets: [{ name: 'registry' }],
      nodeSelector: { disk: 'ssd' },
      tolerations: [{ key: 'a', operator: 'Exists' }],
    });
    expect(at(documents.get('ConfigMap'), 'data')).toMatchObject({ CCPROXY_LOG_LEVEL: 'debug' });
    expect(at(documents.get('PersistentVolumeClaim'), 'spec.storageClassName')).toBe('fast');
    expect(at(documents.get('Deployment'), 'spec.template.spec')).toMatchObject({
      imagePullSecrets: [{ name: 'registry' }],
      nodeSelector: { disk: 'ssd' },
      tolerations: [{ key: 'a', operator: 'Exists' }],
    });
  });

  /** As Helm lays what somebody sets over what the chart has. */
  const withSettings = (more: Readonly<Record<string, unknown>>): Documents =>
    helm({ settings: { ...(shipped['settings'] as object), ...more } });

  test('gives the cluster texts alone, whatever a setting is, and each name once', () => {
    const settings = {
      CCPROXY_LOG_FORMAT: 'pretty',
      CCPROXY_LIMITS_BODY_BYTES: 10_000_000,
      CCPROXY_PROXY_SHARE: true,
      CCPROXY_SERVER_PUBLIC_URL: 'https://not-this-one.example.com',
    };
    const text = rendered(file(`${chart}/templates/settings.yaml`), values({ settings }), 'mine');
    expect(at(yaml(text), 'data')).toEqual({
      CCPROXY_SERVER_PUBLIC_URL: 'https://proxy.example.com',
      CCPROXY_SERVER_TRUSTED_PROXIES: '10.0.0.0/8',
      CCPROXY_LOG_FORMAT: 'pretty',
      CCPROXY_LIMITS_BODY_BYTES: '10000000',
      CCPROXY_PROXY_SHARE: 'true',
    });
    const names = [...text.matchAll(/^ {2}(CCPROXY_\w+):/gm)].map(([, name]) => name);
    expect(names).toEqual([...new Set(names)]);
  });

  test('makes another pod where settings have changed, and none where they are the same', () => {
    const sum = (documents: Documents): unknown =>
      at(documents.get('Deployment'), 'spec.template.metadata.annotations.checksum/settings');
    const before = sum(withSettings({}));
    expect(before).toMatch(/^[0-9a-f]{64}$/);
    expect(sum(withSettings({}))).toBe(before);
    expect(sum(withSettings({ CCPROXY_LOG_LEVEL: 'debug' }))).not.toBe(before);
    expect(sum(helm({ publicUrl: 'https://other.example.com' }))).not.toBe(before);
  });

  test('has one version: that of the program', () => {
    expect(yaml(file(`${chart}/Chart.yaml`))).toMatchObject({
      apiVersion: 'v2',
      version: '1.2.3',
      appVersion: '1.2.3',
    });
  });
});

describe('the compose files', () => {
  const service = (path: string): unknown => at(yaml(file(`compose/${path}`)), 'services.proxy');
  const both = ['compose.yaml', 'compose.team.yaml'];

  test.each(both)('%s: the proxy starts with its variables', async (path) => {
    const given = Object.entries(at(service(path), 'environment') as Record<string, string>);
    const filled = given.map(([key, value]) => [
      key,
      value.replaceAll(/\$\{\w+:\?[^}]*\}/g, 'proxy.example.com'),
    ]);
    await expectStart(Object.fromEntries(filled));
  });

  test.each(both)('%s: nothing but the volume can be written to, and nothing is a right', (path) => {
    expect(service(path)).toMatchObject({
      read_only: true,
      cap_drop: ['ALL'],
      security_opt: ['no-new-privileges:true'],
      volumes: ['home:/data'],
      tmpfs: ['/tmp'],
    });
  });

  test('the one for a single machine is reached from that machine alone', () => {
    expect(at(service('compose.yaml'), 'ports')).toEqual(['127.0.0.1:8000:8000']);
    expect(at(service('compose.team.yaml'), 'ports')).toBeUndefined();
  });

  test('every secret, network and volume that is used is declared', () => {
    for (const path of both) {
      const whole = yaml(file(`compose/${path}`));
      const declared = (kind: string): string[] => Object.keys(at(whole, kind) ?? {});
      for (const one of Object.values(at(whole, 'services') as object)) {
        for (const kind of ['secrets', 'networks'])
          for (const used of list<string>(one, kind)) expect(declared(kind), path).toContain(used);
        for (const volume of list<string>(one, 'volumes'))
          expect(declared('volumes'), path).toContain(volume.replace(/:.*/, ''));
      }
    }
  });
});

describe('the files for platforms', () => {
  const fly = (): unknown => Bun.TOML.parse(file('cloud/fly.toml'));

  test('keep the home directory on a volume where the image has it, and run one instance', () => {
    expect(at(fly(), 'mounts.0.destination')).toBe('/data');
    const render = yaml(file('cloud/render.yaml'));
    expect(at(render, 'services.0')).toMatchObject({ numInstances: 1, disk: { mountPath: '/data' } });
    const railway: unknown = JSON.parse(file('cloud/railway.json'));
    expect(at(railway, 'deploy')).toMatchObject({ numReplicas: 1, requiredMountPath: '/data' });
    expect(file('container/Dockerfile')).toContain('CCPROXY_HOME=/data');
  });

  test('lead to the port that the proxy listens on', () => {
    expect(at(fly(), 'http_service.internal_port')).toBe(Number(at(fly(), 'env.CCPROXY_PORT')));
    expect(file('cloud/Dockerfile')).toContain('"--port", "8000"');
  });

  test('the variables of Fly.io are understood, and the proxy starts with them', async () => {
    const env = at(fly(), 'env') as Record<string, string>;
    expect(fromEnvironment(env).flaws).toEqual([]);
    await expectStart({ ...env, CCPROXY_SERVER_PUBLIC_URL: 'https://mine.fly.dev' });
  });
});
