// Shows a search's progress on standard error.
import type { EpochRecord, SearchRun, StepRecord } from "../trainer";
import { LiveLine } from "./live-line";

/** Follows a run until the answered function is called. */
export function showProgress(run: SearchRun, stream?: NodeJS.WriteStream): () => void {
  const line = new LiveLine(stream);
  const stops = [
    run.on("stage", () => line.write(`search: ${run.data}; compiling the step …`)),
    run.on("step", (record) => line.tell(() => stepLine(run, record))),
    run.on("epoch", (record) => line.write(epochLine(run, record))),
  ];
  return () => {
    for (const stop of stops) stop();
  };
}

function stepLine(run: SearchRun, { epoch, trainLoss, searchLoss, seconds }: StepRecord): string {
  const { step, steps, secondsPerStep, secondsLeft } = run.progress!;
  const parts = [
    `epoch ${epoch}/${run.settings.epochs}`,
    `step ${step}/${steps}`,
    `training loss ${trainLoss.toFixed(3)}`,
    ...(searchLoss === null ? [] : [`search loss ${searchLoss.toFixed(3)}`]),
    `${(secondsPerStep ?? seconds).toFixed(2)} s a step`,
    ...(secondsLeft === null ? [] : [`${duration(secondsLeft)} left`]),
  ];
  return parts.join(" · ");
}

function epochLine(run: SearchRun, { epoch, train, valid, entropy, seconds, architecture }: EpochRecord): string {
  const percent = (x: number) => `${(100 * x).toFixed(1)} %`;
  const parts = [
    `epoch ${epoch}/${run.settings.epochs} in ${duration(seconds)}`,
    `training loss ${train.loss.toFixed(3)}, accuracy ${percent(train.accuracy)}`,
    `validation loss ${valid.loss.toFixed(3)}, accuracy ${percent(valid.accuracy)}`,
    `entropy ${entropy.toFixed(3)}`,
    architecture,
  ];
  return parts.join(" · ");
}

export function duration(seconds: number): string {
  if (seconds < 60) return `${seconds.toFixed(seconds < 10 ? 1 : 0)} s`;
  const minutes = Math.floor(seconds / 60);
  return minutes < 60
    ? `${minutes} min ${Math.floor(seconds % 60)} s`
    : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}
