// Modules of the Worker in Node, for what goes by the clock alone. They are loaded by their addresses because the types that
// they are written for, workerd's, can't stand beside Node's.

/** The module at this path of worker-example/. */
export function workerModule<Module>(path: string): Promise<Module> {
  return import(new URL(`../../worker-example/${path}`, import.meta.url).href)
}
