export * from './command-spec.ts';
export { completionScript } from './completion.ts';
export * from './end-program.ts';
export { flagSections } from './flag-help.ts';
export * from './flag-spec.ts';
export { abortOnInterrupt } from './interrupts.ts';
export * from './parse-arguments.ts';
export { closest } from './suggest.ts';
export * from './values.ts';
