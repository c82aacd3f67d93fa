// How far the scoring of architectures is, in the cell that waits for it: one display, updated in place.
import type { ScoreProgress } from "../analysis";
import { notebook } from "../notebook";
import { VEGA_LITE } from "./bundle";
import { progressBar } from "./live";
import { PAUSE } from "./pause";
import { config, schema } from "./theme";
import { clock, counted } from "./words";

let displays = 0;

/** Follows one call. Does nothing outside a notebook. @param now a clock in milliseconds. */
export function scoringDisplay(now: () => number = () => performance.now()): (progress: ScoreProgress) => void {
  const id = `naslab-scoring-${process.pid}-${++displays}`;
  const started = now();
  let updated = Number.NEGATIVE_INFINITY;
  return ({ done, of, secondsLeft }) => {
    const last = done === of;
    if (!last && now() - updated < PAUSE) return;
    const words = last
      ? `Scored ${counted(of, "architecture")} in ${clock((now() - started) / 1000)}`
      : `Scoring: ${done} of ${counted(of, "architecture")}${secondsLeft === null ? "" : ` · ${clock(secondsLeft)} left`}`;
    const bundle = { [VEGA_LITE]: { $schema: schema, config, ...progressBar(words, done / of) }, "text/plain": words };
    notebook()?.display(bundle, { id, update: updated > Number.NEGATIVE_INFINITY });
    updated = now();
  };
}
