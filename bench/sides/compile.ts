// What compiling a bilevel step costs: its first calls part by part, later ones, and the same step eagerly. Its argument: sizes and eager.
import * as tf from "@tensorflow/tfjs";
import { type Compiled, type Nest, useBackend } from "../../src/backend";
import { nativeBackend } from "../../src/backend/native";
import { serve, timed } from "../frame/serve";
import type { Sizes } from "../frame/sizes";
import { about } from "./about";
import { Session } from "./session";

const { eager, ...sizes }: Sizes & { eager: boolean } = JSON.parse(process.argv[2]);
let session: Session | null = null;

/** Stands in for compile: the function as it is. */
const eagerly = <A extends Nest[], R extends Nest>(fn: (...args: A) => R): Compiled<A, R> =>
  Object.assign((...args: A) => tf.tidy(() => fn(...args) as tf.TensorContainer) as R, { dispose: () => {} });

async function ready(): Promise<Session> {
  await useBackend();
  session ??= new Session(sizes, eager ? eagerly : undefined);
  return session;
}

/** Seconds spent in the binding, by what it does; both halves of a step add up. */
function watchBinding(): { load: number; run: number } {
  const native = nativeBackend()!;
  const { binding } = native;
  const spent = { load: 0, run: 0 };
  const watched =
    <A extends unknown[], R>(part: keyof typeof spent, call: (...args: A) => R) =>
    (...args: A): R => {
      const start = performance.now();
      try {
        return call(...args);
      } finally {
        spent[part] += (performance.now() - start) / 1000;
      }
    };
  native.binding = Object.create(binding, {
    loadGraph: { value: watched("load", binding.loadGraph.bind(binding)) },
    runGraph: { value: watched("run", binding.runGraph.bind(binding)) },
  });
  return spent;
}

void serve({
  about,
  /** The first call (trace, load, run), the second, and freeing the graphs. */
  async first() {
    const search = await ready();
    const spent = watchBinding();
    const [first] = timed(1, () => search.step());
    const { load, run } = spent;
    const [second] = timed(1, () => search.step());
    const [dispose] = timed(1, () => search.dispose());
    return { trace: first - load - run, load, firstRun: run, firstCall: first, secondCall: second, dispose };
  },
  async step(times) {
    const search = await ready();
    return { seconds: timed(times, () => search.step()) };
  },
});
