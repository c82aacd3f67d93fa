import { setTimeout as sleep } from "node:timers/promises";

/** Resolves when the condition holds; rejects if it does not within some seconds. */
export async function until(condition: () => Promise<boolean>, seconds = 20): Promise<void> {
  for (const end = Date.now() + 1000 * seconds; !(await condition()); await sleep(50))
    if (Date.now() > end) throw new Error(`not within ${seconds} s: ${condition}`);
}
