/**
 * Environment of a worker process. TensorFlow reads its thread counts and oneDNN switch once, at its start.
 * `threads`: for the operations of one graph; several graphs at once are not run.
 */
export function workerEnvironment(base: NodeJS.ProcessEnv, name: string, threads: number): Record<string, string> {
  const inherited = Object.fromEntries(Object.entries(base).filter((entry): entry is [string, string] => entry[1] !== undefined));
  delete inherited['ELECTRON_RUN_AS_NODE'];
  return {
    TF_ENABLE_ONEDNN_OPTS: '1',
    TF_CPP_MIN_LOG_LEVEL: '3',
    MALLOC_ARENA_MAX: '2',
    ...inherited,
    TF_NUM_INTRAOP_THREADS: inherited['TF_NUM_INTRAOP_THREADS'] ?? String(threads),
    TF_NUM_INTEROP_THREADS: inherited['TF_NUM_INTEROP_THREADS'] ?? '1',
    NODE_NO_WARNINGS: '1',
    GRAFT_WORKER: name,
  };
}
