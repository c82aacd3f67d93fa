// The folder of sample data that lies beside a development checkout; absent elsewhere.
import { existsSync } from "node:fs";
import { resolve } from "node:path";
import { packageRoot } from "../src/root";

const folder = process.env.NASLAB_TEST_DATA ?? resolve(packageRoot, "../shared/data");

/** NASLAB_TEST_DATA, or ../shared/data beside the checkout; null where there is none. */
export const sharedData: string | null = existsSync(folder) ? folder : null;
