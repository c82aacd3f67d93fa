// How far the scoring of architectures is, in the cell that waits for it: one display, updated in place.
import type { ScoreProgress } from "../analysis";
import { notebook } from "../notebook";
import { type MimeBundle, VEGA_LITE } from "./bundle";
import { progressBar } from "./live";
import { PAUSE } from "./pause";
import { config, schema } from "./theme";
import { clock, count, counted } from "./words";

let displays = 0;

/** Follows one call. Does nothing outside a notebook. @param now a clock in milliseconds. */
export function scoringDisplay(now: () => number = () => performance.now()): (progress: ScoreProgress) => void {
  const id = `naslab-scoring-${process.pid}-${++displays}`;
  const started = now();
  let updated = Number.NEGATIVE_INFINITY;
  return ({ done, of, secondsLeft, ended }) => {
    if (!ended && now() - updated < PAUSE) return;
    const update = updated > Number.NEGATIVE_INFINITY;
    updated = now();
    notebook()?.display(ended ? last(done, of, (now() - started) / 1000) : bar(done, of, secondsLeft), { id, update });
  };
}

function bar(done: number, of: number, secondsLeft: number | null): MimeBundle {
  const left = secondsLeft === null ? "" : ` · ${clock(secondsLeft)} left`;
  const words = `Scoring: ${count(done)} of ${counted(of, "architecture")}${left}`;
  return { [VEGA_LITE]: { $schema: schema, config, ...progressBar(words, done / of) }, "text/plain": words };
}

/** Words alone: a bar would have to be a figure in all its forms. */
function last(done: number, of: number, seconds: number): MimeBundle {
  const scored = done === of ? counted(of, "architecture") : `${count(done)} of ${counted(of, "architecture")}`;
  return { "text/plain": `Scored ${scored} in ${clock(seconds)}${done === of ? "" : ", interrupted"}` };
}
