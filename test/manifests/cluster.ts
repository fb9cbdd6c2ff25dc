import type { Container, Manifest, Pod } from './manifest.ts';

/** Rendered manifests, asked as the cluster would be. */
export class Cluster {
  readonly manifests: readonly Manifest[];

  constructor(manifests: readonly Manifest[]) {
    this.manifests = manifests;
  }

  ofKind(kind: string): Manifest[] {
    return this.manifests.filter((manifest) => manifest.kind === kind);
  }

  get(kind: string, name: string): Manifest {
    const found = this.ofKind(kind).find(({ metadata }) => metadata.name === name);
    if (found === undefined) throw new Error(`there is no ${kind} ${name}`);
    return found;
  }

  get workloads(): Manifest[] {
    return this.manifests.filter(({ spec }) => spec?.template !== undefined);
  }

  workload(name: string): Manifest {
    const found = this.workloads.find(({ metadata }) => metadata.name === name);
    if (found === undefined) throw new Error(`no workload is called ${name}`);
    return found;
  }

  pod(name: string): Pod {
    const pod = this.workload(name).spec?.template?.spec;
    if (pod === undefined) throw new Error(`${name} has no pod`);
    return pod;
  }

  container(name: string): Container {
    const [container, ...others] = this.pod(name).containers;
    if (container === undefined || others.length > 0) throw new Error(`${name} has not one container`);
    return container;
  }

  /** The environment as the process would see it, names of pods aside. */
  environment(container: Container): Record<string, string> {
    const entries = (container.env ?? []).map(({ name, value, valueFrom }) => {
      if (value !== undefined) return [name, value];
      const { secretKeyRef: secret, configMapKeyRef: config, fieldRef: field } = valueFrom ?? {};
      if (secret) return [name, this.secret(secret.name)[secret.key]];
      if (config) return [name, this.get('ConfigMap', config.name).data?.[config.key]];
      return [name, field?.fieldPath];
    });
    for (const [name, value] of entries) if (value === undefined) throw new Error(`${name} gets no value`);
    const whole = (container.envFrom ?? []).map(({ secretRef }) => this.secret(secretRef.name));
    return Object.assign({}, ...whole, Object.fromEntries(entries));
  }

  secret(name: string): Record<string, string> {
    return this.get('Secret', name).stringData ?? {};
  }
}
