// A table of scores from its file.
import { UserError } from "../errors";
import { requireProxy } from "../proxies";
import type { SearchSpace } from "../spaces";
import { readScores } from "./score-file";
import { ScoreTable } from "./score-table";

/**
 * The scores that `naslab score --file` has written.
 * @param space where it is your own. @throws UserError if the file cannot be read, or holds something else.
 */
export function openScores(path: string, own: { readonly space?: SearchSpace } = {}): ScoreTable {
  const { settings, rows } = readScores(path, own);
  if (rows.length === 0) throw new UserError(`"${path}" holds no scores yet; let naslab score write some`);
  return new ScoreTable(settings, settings.proxies.map(requireProxy), rows, false);
}
