import { product } from '../../../src/base/product.ts';
import { fromTemplate, type Values } from './template.ts';

const chart = `helm/${product.binary}`;

/** Templates of what runs the image, by the path below `deploy/`. */
const sources: ReadonlyMap<string, string> = new Map([
  ['container/Dockerfile', 'container/Dockerfile'],
  ['container/image.sh', 'container/image.sh'],
  ...['compose.yaml', 'compose.team.yaml', 'compose.postgres.yaml'].map((file): [string, string] => [
    `compose/${file}`,
    `compose/${file}`,
  ]),
  ...['kustomization', 'settings', 'storage', 'deployment', 'service', 'ingress'].map(
    (file): [string, string] => [`kubernetes/${file}.yaml`, `kubernetes/${file}.yaml`],
  ),
  [`${chart}/Chart.yaml`, 'helm/Chart.yaml'],
  [`${chart}/values.yaml`, 'helm/values.yaml'],
  ...['settings.yaml', 'storage.yaml', 'deployment.yaml', 'service.yaml', 'ingress.yaml', 'NOTES.txt'].map(
    (file): [string, string] => [`${chart}/templates/${file}`, `helm/templates/${file}`],
  ),
  ...['Dockerfile', 'fly.toml', 'render.yaml', 'railway.json', 'README.md'].map((file): [string, string] => [
    `cloud/${file}`,
    `cloud/${file}`,
  ]),
]);

/** The files of `deploy/`, filled in, by their path there. */
export function deployFiles(values: Values): Map<string, string> {
  return new Map([...sources].map(([path, template]) => [path, fromTemplate(template, values)]));
}
