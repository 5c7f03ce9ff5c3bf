import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse, parseAllDocuments } from 'yaml';
import { z } from 'zod';

const resource = z.looseObject({
  apiVersion: z.string(),
  kind: z.string(),
  metadata: z.looseObject({ name: z.string() }),
});
export type Resource = z.infer<typeof resource>;

/** What our kustomizations use: anything else is refused rather than ignored. */
const kustomization = z.strictObject({
  apiVersion: z.literal('kustomize.config.k8s.io/v1beta1'),
  kind: z.literal('Kustomization'),
  resources: z.array(z.string()),
  patches: z
    .array(z.strictObject({ path: z.string(), target: z.strictObject({ kind: z.string(), name: z.string() }) }))
    .default([]),
  images: z.array(z.strictObject({ name: z.string(), newName: z.string(), newTag: z.string() })).default([]),
});

const jsonPatch = z.array(
  z.strictObject({ op: z.enum(['add', 'replace', 'remove']), path: z.string(), value: z.unknown().optional() }),
);

/** The resources that `kubectl apply -k FOLDER` would send. */
export function renderKustomization(folder: string): Resource[] {
  const { resources, patches, images } = kustomization.parse(readYaml(join(folder, 'kustomization.yaml')));
  const rendered = resources.flatMap((name) =>
    existsSync(join(folder, name, 'kustomization.yaml'))
      ? renderKustomization(join(folder, name))
      : readResources(join(folder, name)),
  );
  for (const { path, target } of patches) {
    const patched = rendered.filter(({ kind, metadata }) => kind === target.kind && metadata.name === target.name);
    if (patched.length !== 1) throw new Error(`${path} fits ${patched.length} resources`);
    for (const one of patched) {
      for (const operation of jsonPatch.parse(readYaml(join(folder, path)))) applyOperation(one, operation);
    }
  }
  for (const { name, newName, newTag } of images) {
    const containers = rendered.flatMap(containersOf).filter(({ image }) => image === name);
    if (containers.length === 0) throw new Error(`no container has the image ${name}`);
    for (const container of containers) container.image = `${newName}:${newTag}`;
  }
  return rendered;
}

/** The resources of one file. */
export function readResources(path: string): Resource[] {
  return parseAllDocuments(readFileSync(path, 'utf8')).map((document) => {
    if (document.errors[0] !== undefined) throw document.errors[0];
    return resource.parse(document.toJS());
  });
}

function readYaml(path: string): unknown {
  return parse(readFileSync(path, 'utf8'), { strict: true });
}

const workload = z.looseObject({
  spec: z.looseObject({
    template: z.looseObject({ spec: z.looseObject({ containers: z.array(z.looseObject({ image: z.string() })) }) }),
  }),
});

function containersOf(one: Resource): { image: string }[] {
  if (one.kind !== 'Deployment') return [];
  workload.parse(one);
  // Not the parsed copy: it is changed in place.
  return (one as unknown as z.infer<typeof workload>).spec.template.spec.containers;
}

type Operation = z.infer<typeof jsonPatch>[number];

/** RFC 6902, as far as patches of fields and ends of lists go. */
function applyOperation(target: Resource, { op, path, value }: Operation): void {
  const steps = path
    .split('/')
    .slice(1)
    .map((step) => step.replaceAll('~1', '/').replaceAll('~0', '~'));
  const last = steps.pop() ?? '';
  let parent: unknown = target;
  for (const step of steps) parent = isContainer(parent) ? Reflect.get(parent, step) : undefined;
  if (!isContainer(parent)) throw new Error(`nothing is at ${path}`);
  if (Array.isArray(parent) && last === '-' && op === 'add') {
    parent.push(value);
    return;
  }
  if (op !== 'add' && !(last in parent)) throw new Error(`nothing is at ${path}`);
  if (op === 'remove') Reflect.deleteProperty(parent, last);
  else Reflect.set(parent, last, value);
}

function isContainer(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}
