import type { BuildOptions } from 'esbuild';

export declare const programs: readonly {
  readonly folder: string;
  readonly entries: Readonly<Record<string, string>>;
}[];
export declare const bundlerOptions: BuildOptions & { readonly metafile: true };
export declare function build(): Promise<string[]>;
