// What a search pays for its events and its live display: a small search that goes on after many recorded steps, in a notebook that
// takes every update as a message.
import { RandomStream } from "../../src/backend";
import { liveDisplay } from "../../src/display/live";
import { recordOf } from "../../src/distributions";
import { methods } from "../../src/methods";
import { spaces } from "../../src/spaces";
import { type EpochRecord, SearchRun, type StepRecord } from "../../src/trainer";
import { noise } from "./noise";

const EPOCHS = 50;
const STEPS = 20;

/** A search of 50 recorded epochs of 20 steps, with a distribution that has moved. */
export function recordedRun(): SearchRun {
  const random = new RandomStream(0);
  const settings = { channels: 2, cells: 1, batch: 2, epochs: 2 * EPOCHS, stepsPerEpoch: STEPS };
  const run = new SearchRun(methods.drnas, spaces.nasBench201(), noise(4 * STEPS, random), settings);
  for (let epoch = 1; epoch <= EPOCHS; epoch++) {
    for (let k = 0; k < STEPS; k++) run.steps.push(stepRecord(run, epoch, random));
    run.history.push(epochRecord(run, epoch, random));
  }
  return run;
}

/** Seconds that the listeners of a step take with a live display that updates at each of them, and an update's bytes. */
export async function liveUpdates(): Promise<{ seconds: number[]; bytes: number }> {
  const run = recordedRun();
  const seconds: number[] = [];
  let bytes = 0;
  let clock = 0;
  let started = 0;
  const port = Symbol.for("naslab.notebook");
  const notebook = globalThis as Record<symbol, unknown>;
  notebook[port] = {
    display: (bundle: object) => {
      bytes = JSON.stringify(bundle).length;
    },
    signal: () => new AbortController().signal,
    registerTarget: () => {}, // no page listens
  };
  run.on("step", () => {
    started = performance.now();
  });
  liveDisplay(run, () => (clock += 1e6)); // time flies: no update waits for the one before
  run.on("step", () => seconds.push((performance.now() - started) / 1000));
  run.on("epoch", () => {
    delete notebook[port]; // the last figure is no update
  });
  await run.stage({ epochs: 1 });
  run.dispose();
  return { seconds, bytes };
}

function stepRecord(run: SearchRun, epoch: number, random: RandomStream): StepRecord {
  return {
    step: run.steps.length + 1,
    epoch,
    trainLoss: 2.3 * random.uniform(),
    trainAccuracy: random.uniform(),
    searchLoss: 2.3 * random.uniform(),
    entropy: run.distribution.entropy(),
    seconds: 0.1,
    imageSeconds: 0.02,
    architectureSeconds: 0.05,
    weightSeconds: 0.03,
  };
}

function epochRecord(run: SearchRun, epoch: number, random: RandomStream): EpochRecord {
  const { distribution, space } = run;
  const score = () => ({ loss: 2.3 * random.uniform(), accuracy: random.uniform() });
  const mean = distribution.sample(random).map((row) => Array.from(row));
  return {
    epoch,
    train: score(),
    valid: score(),
    seconds: 2,
    secondsPerStep: 0.1,
    eta: mean,
    rows: distribution.rows.map(recordOf),
    kept: distribution.kept,
    mean,
    entropy: distribution.entropy(),
    eigenvalue: null,
    smallestEigenvalue: null,
    hessianDiagonal: null,
    architecture: space.sample(random).toString(),
    residentBytes: 1e9,
  };
}
