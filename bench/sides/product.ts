// The machine's matrix-product peak: a compiled product of two big float32 matrices, as the backend runs it. Its argument: { size }.
import * as tf from "@tensorflow/tfjs";
import { compile, useBackend } from "../../src/backend";
import { serve, timed } from "../frame/serve";
import { about } from "./about";

const { size }: { size: number } = JSON.parse(process.argv[2]);
const product = compile((a: tf.Tensor2D, b: tf.Tensor2D) => tf.matMul(a, b), { name: "product" });
let matrices: [tf.Tensor2D, tf.Tensor2D] | null = null;

void serve({
  about,
  async product(times) {
    await useBackend();
    matrices ??= [tf.ones([size, size]), tf.ones([size, size])];
    const [a, b] = matrices;
    return { seconds: timed(times, () => product(a, b).dispose()) };
  },
});
