// What JupyterLab loads first: the container of its module federation, a script of a kilobyte that fetches the rest when it is asked for.

/** A module as JupyterLab shares it with its extensions. */
interface Offer {
  get(): Promise<() => unknown> | (() => unknown);
}

/** Of each package, by version. */
type Shared = Record<string, Record<string, Offer>>;

export interface Container {
  init(shared: Shared): void;
  /** A factory of one of our modules: "./extension" or "./mime". */
  get(name: string): Promise<() => unknown>;
  /** A module of JupyterLab's; undefined where the application has none of that name. */
  shared(name: string): Promise<unknown>;
}

declare global {
  var _JUPYTERLAB: Record<string, Container> | undefined;
}

/** Our modules' files beside this one, put in by the build. */
declare const FILES: Record<string, string>;

let offers: Shared = {};

globalThis._JUPYTERLAB ??= {};
globalThis._JUPYTERLAB.naslab = {
  init(shared) {
    offers = shared;
  },
  async get(name) {
    const { default: content } = await import(FILES[name]!);
    return () => ({ __esModule: true, default: content }); // not the module itself: JupyterLab writes its scope on it
  },
  async shared(name) {
    const versions = Object.values(offers[name] ?? {}); // one each: what is shared is a singleton
    const factory = await versions[0]?.get();
    return factory?.();
  },
};
