// The work of `naslab score`: architectures one after the other, kept in a file where one is named.
import { closeSync, openSync, writeSync } from "node:fs";
import { type ScoreProgress, type ScoreRow, type ScoreSettings, scoreArchitectures, scoreSettings } from "../analysis";
import { headLine, rowLine } from "../analysis/score-file";
import { useBackend } from "../backend";
import type { Dataset } from "../datasets";
import { exitCodeOf, interruptible } from "./interrupt";
import { LiveLine } from "./live-line";
import { print } from "./print";
import { scoreDocument, scoreSummary } from "./score-document";
import type { ScoreCommand } from "./score-options";
import { duration } from "./search-progress";

/** @param known what the file holds already. @returns the exit code. */
export async function scoreAll(options: ScoreCommand, data: Dataset, known: readonly ScoreRow[]): Promise<number> {
  const { architectures, file, json, backend, proxies, images, seed, repeats, size } = options;
  const asked = { proxies, data, images, seed, repeats, size };
  const settings = scoreSettings(architectures[0].space, asked);
  await useBackend(backend);
  const keep = file === undefined ? null : appending(file, settings, known.length === 0);
  const line = new LiveLine();
  const progress = (at: ScoreProgress) => {
    if (!at.ended) line.tell(() => progressWords(at));
  };
  const row = (row: ScoreRow) => keep?.write(rowLine(row));
  const { table, signal } = await interruptible(async (signal) => {
    const work = scoreArchitectures(architectures, { ...asked, known, signal, progress, row });
    const stopped = (error: unknown) => {
      if (signal.aborted) return null; // before the first
      throw error;
    };
    return { signal, table: await work.catch(stopped) };
  }).finally(() => {
    line.clear();
    keep?.close();
  });
  if (table === null) return exitCodeOf(signal);
  const document = scoreDocument(table, options.data.dataset);
  await print(json ? JSON.stringify(document, null, 2) : scoreSummary(document));
  return table.interrupted ? exitCodeOf(signal) : 0;
}

/** A file at whose end lines are written. */
function appending(path: string, settings: ScoreSettings, isNew: boolean) {
  const handle = openSync(path, isNew ? "w" : "a");
  const write = (line: string) => void writeSync(handle, line);
  if (isNew) write(headLine(settings));
  return { write, close: () => closeSync(handle) };
}

const progressWords = ({ done, of, secondsLeft }: ScoreProgress): string =>
  `score: ${done} of ${of} architectures${secondsLeft === null ? "" : ` · ${duration(secondsLeft)} left`}`;
