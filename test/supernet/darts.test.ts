// The DARTS space's networks against PyTorch: test/golden/darts.py.
import { join } from "node:path";
import { after, before, suite, test } from "node:test";
import * as tf from "@tensorflow/tfjs";
import { type BackendName, RandomStream, useBackend } from "../../src/backend";
import { completeSettings, methods } from "../../src/methods";
import { packageRoot } from "../../src/root";
import { spaces } from "../../src/spaces";
import { Supernet } from "../../src/supernet";
import { readSafetensors } from "../../src/supernet/safetensors";
import { Steps } from "../../src/trainer/steps";
import { close } from "./close";
import { batchOf, closeTensors, differentiate, fill, isStatistic, isWeight, thetaOf } from "./formula";

const golden = readSafetensors(join(packageRoot, "test/golden/darts.safetensors"));
const backends = ["native", "wasm"] satisfies BackendName[];

const searches = [
  { name: "search", space: spaces.darts(), partialChannels: 1, side: 16 },
  { name: "search-partial", space: spaces.darts(), partialChannels: 2, side: 16 },
  { name: "search-imagenet", space: spaces.dartsImageNet(), partialChannels: 1, side: 64 },
];

for (const [backend, { name, space, partialChannels, side }] of backends.flatMap((backend) =>
  searches.flatMap(
    (search) => (backend === "wasm" && search.side > 16 ? [] : [[backend, search] as const]), // its cells are the same
  ),
)) {
  suite(`the ${name} network of the DARTS space on ${backend}`, () => {
    const value = (key: string) => golden.get(`${name}.${key}`)!.data as Float32Array;
    const size = { channels: 4, cells: 5, partialChannels, image: [side, side, 3], classes: 10 } as const;
    const batch = batchOf(4, side);
    const theta = thetaOf(28, 7);
    let network: Supernet;
    before(async () => {
      await useBackend(backend);
      network = new Supernet(space, size, new RandomStream(0));
    });
    after(() => network.dispose());

    const images = () => tf.tensor4d(batch.images, [4, side, side, 3]);
    const labels = () => tf.tensor1d(batch.labels, "int32");
    const under = () => ({ theta: tf.tensor2d(theta.map((row) => Array.from(row))) });

    test("logits agree with PyTorch in evaluation and training mode", () => {
      fill(network.parameters);
      for (const mode of ["evaluation", "training"] as const) {
        const logits = tf.tidy(() => network.forward(images(), under(), mode).logits.dataSync());
        close(logits, value(`logits.${mode}`), mode);
      }
    });

    test("loss, ∂L/∂θ and running statistics of a compiled step agree with PyTorch", () => {
      fill(network.parameters);
      const steps = new Steps(network, completeSettings(methods.drnas.settings).weights);
      const { loss, dTheta } = steps.architecture(batch, { theta });
      close([loss], value("loss"), "loss");
      close(dTheta, value("theta"), "∂L/∂θ");
      closeTensors(network.parameters, isStatistic, golden, `${name}.statistics`);
      steps.dispose();
    });

    test("weight gradients agree with PyTorch", () => {
      fill(network.parameters);
      tf.tidy(() => {
        differentiate(network.parameters, () => network.evaluate(images(), labels(), under(), "training").loss);
      });
      closeTensors(network.parameters, isWeight, golden, `${name}.gradients`);
    });
  });
}
