// How far a run is, in words.
import type { Progress, RunEvents, SearchRun } from "../trainer";
import { clock, count, counted } from "./words";

/** Where the stage is, in words. */
export function progressLine({
  phase,
  stage,
  epoch,
  lastEpoch,
  step,
  steps,
  secondsPerStep,
  secondsLeft,
}: Progress): string {
  if (phase === "compiling") return `Stage ${stage}: compiling the step …`;
  return [
    `Stage ${stage}: ${phase}, epoch ${epoch} of ${lastEpoch}, step ${count(step)} of ${count(steps)}`,
    secondsLeft === null ? "estimating the time left" : `${clock(secondsLeft)} left`,
    ...(secondsPerStep === null ? [] : [`${Math.round(1000 * secondsPerStep)} ms a step`]),
  ].join(" · ");
}

/** Where the running stage is, and what else the user should know, in words. */
export const headline = ({ progress, notice }: SearchRun): string => withNotice(progressLine(progress!), notice);

const withNotice = (words: string, notice: string | null): string => (notice === null ? words : `${words} · ${notice}`);

/** How a stage ended, in words. */
export function ending({ history, notice, steps }: SearchRun, end: RunEvents["end"]): string {
  const words = { idle: "Finished", interrupted: "Interrupted", failed: "Failed" }[end];
  const seconds = steps.reduce((sum, step) => sum + step.seconds, 0);
  const told = `${words} after ${counted(history.length, "whole epoch")}, ${counted(steps.length, "step")} · ${clock(seconds)} of steps`;
  return withNotice(told, notice);
}
