// Scores of architectures by training-free proxies. Its argument: sizes, and the architectures.
import { RandomStream } from "../../src/backend";
import { proxyNames, requireProxy } from "../../src/proxies";
import { serve } from "../frame/serve";
import { networkSize, type Sizes, spaceOf } from "../frame/sizes";
import { about } from "./about";
import { noise } from "./noise";

const { architectures, ...sizes }: Sizes & { architectures: string[] } = JSON.parse(process.argv[2]);
const size = networkSize(sizes);
const parsed = architectures.map((text) => spaceOf(sizes).parse(text));
const data = noise(sizes.batch, new RandomStream(0, "images"), size);
const batch = data.batch(
  Array.from({ length: sizes.batch }, (_, k) => k),
  null,
);

/** Fresh weights and all. */
const score = (name: string) => async (k: number, times: number) => {
  const seconds: number[] = [];
  while (seconds.length < times) {
    const start = performance.now();
    await requireProxy(name)(parsed[k], batch, { size }).catch(() => null); // one without a score takes its time, too
    seconds.push((performance.now() - start) / 1000);
  }
  return { seconds };
};

void serve({ about, ...Object.fromEntries(proxyNames.map((name) => [name, score(name)])) });
