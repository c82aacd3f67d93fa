// A run in words: before the search its settings, afterwards what came out.
import type { SearchRun } from "../trainer";
import type { MimeBundle } from "./bundle";
import { scaleNote } from "./scale";
import { clock, counted, leaves, percent } from "./words";

/** Settings before the first epoch, a summary after it: as markdown and plain text. */
export function runBundle(run: SearchRun): MimeBundle {
  const lines = run.steps.length === 0 ? settingsLines(run) : summaryLines(run);
  return { "text/markdown": lines.join("\n"), "text/plain": lines.filter((line) => line !== "|---|---|").join("\n") };
}

function title({ method, space, data }: SearchRun): string {
  return `${method.title} on ${space.title}, ${data.title}`;
}

function settingsLines(run: SearchRun): string[] {
  const { settings } = run;
  const rows = leaves("", settings).map(([name, value]) => `| ${name} | ${value} |`);
  const note = scaleNote(run);
  return [
    `**${title(run)}**${note && `: ${lower(note)}`}. Nothing has run yet: \`await run.stage({ epochs })\``,
    "",
    "| setting | value |",
    "|---|---|",
    ...rows,
  ];
}

function summaryLines(run: SearchRun): string[] {
  const { backend, device, history, settings, steps, status } = run;
  const seconds = history.reduce((sum, epoch) => sum + epoch.seconds, 0);
  const last = history.at(-1);
  const note = scaleNote(run);
  return [
    `**${title(run)}**: ${counted(history.length, "epoch")} of ${settings.epochs}, ${counted(steps.length, "step")}${last ? ` in ${clock(seconds)}` : ""}${backend ? ` on ${backend} (${device})` : ""}, ${status}.`,
    ...(note ? ["", `${note}.`] : []),
    ...(last
      ? [
          "",
          `Validation accuracy of the search network: ${percent(last.valid.accuracy)}; entropy ${last.entropy.toFixed(3)} nats.`,
        ]
      : []),
    "",
    `Architecture so far: \`${run.architecture}\``,
    ...(history.length < settings.epochs ? ["", "`await run.stage()` goes on."] : []),
  ];
}

const lower = (text: string) => text.charAt(0).toLowerCase() + text.slice(1);
