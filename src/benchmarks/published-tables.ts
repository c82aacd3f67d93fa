// Every number that the tables of DrNAS print (Chen et al., ICLR 2021), so that a run's stand beside them.
import { UserError } from "../errors";

/** A number as it is printed, and the deviation behind "±"; null where none is printed. */
export interface PrintedValue {
  readonly mean: number;
  readonly std: number | null;
}

interface PublishedColumn {
  /** What it is of: "cifar10/test", as a summary of runs has it. */
  readonly key: string;
  readonly title: string;
  /** Digits behind the point that are printed. */
  readonly decimals: number;
}

export interface PublishedRow {
  /** As the paper writes it. */
  readonly method: string;
  /** Whose numbers these are: "DrNAS", "quoted by DrNAS", or "here". */
  readonly source: string;
  /** By column; null where nothing is printed. */
  readonly values: Readonly<Record<string, PrintedValue | null>>;
  /** What has to be known; "" if nothing. */
  readonly note: string;
}

/** Numbers by column, also as tables in tables: { cifar10: { test: 94.36 } }. */
export interface Values {
  readonly [key: string]: number | { readonly mean: number; readonly std: number | null } | Values;
}

/** A table of a paper. */
export class PublishedTable {
  constructor(
    /** "DrNAS, table 4". */
    readonly title: string,
    /** What it shows, in our words. */
    readonly caption: string,
    readonly paper: string,
    readonly columns: readonly PublishedColumn[],
    readonly rows: readonly PublishedRow[],
  ) {}

  /** The row of a method. @throws UserError where there is none. */
  row(method: string): PublishedRow {
    const found = this.rows.find((row) => row.method === method);
    if (found) return found;
    const names = this.rows.map((row) => row.method).join(", ");
    throw new UserError(`${this.title}: there is no row "${method}"; the rows are ${names}`);
  }

  /**
   * The same table with a row of one's own below: `table.beside("ours", summarise(runs))`, or accuracies of a benchmark's entry.
   * @throws UserError where none of the numbers is of a column.
   */
  beside(method: string, values: Values): PublishedTable {
    const own = flat(values);
    const known = this.columns.filter(({ key }) => own.has(key));
    if (known.length === 0)
      throw new UserError(
        `${this.title}: "${method}" has ${[...own.keys()].join(", ") || "no numbers"}; give some of ${this.columns.map(({ key }) => key).join(", ")}`,
      );
    const row = { method, source: "here", note: "", values: byColumn(this.columns, (key) => own.get(key) ?? null) };
    return new PublishedTable(this.title, this.caption, this.paper, this.columns, [...this.rows, row]);
  }
}

function flat(values: Values, before = ""): Map<string, PrintedValue> {
  return new Map(
    Object.entries(values).flatMap(([name, value]): [string, PrintedValue][] => {
      if (typeof value === "number") return [[before + name, { mean: value, std: null }]];
      if (typeof value.mean === "number") return [[before + name, value as PrintedValue]];
      return [...flat(value as Values, `${before}${name}/`)];
    }),
  );
}

const byColumn = <T>(columns: readonly PublishedColumn[], of: (key: string, place: number) => T): Record<string, T> =>
  Object.fromEntries(columns.map(({ key }, place) => [key, of(key, place)]));

/** Rows as they are written here: a method, its numbers between blanks ("90.93±.36", "-" where there is none), a note. */
type Written = readonly [method: string, numbers: string, note?: string];

const OWN = "DrNAS";
const QUOTED = "quoted by DrNAS";

type Column = readonly [key: string, title: string, decimals?: number];

/** @param own methods whose numbers are the paper's own; the others are quoted. */
function drnasTable(
  number: number,
  caption: string,
  columns: readonly Column[],
  own: RegExp,
  rows: readonly Written[],
): PublishedTable {
  const all = columns.map(([key, title, decimals = 2]) => ({ key, title, decimals }));
  return new PublishedTable(
    `DrNAS, table ${number}`,
    caption,
    "DrNAS: Dirichlet Neural Architecture Search",
    all,
    rows.map(([method, numbers, note = ""]) => {
      const printed = numbers.split(" ").map(read);
      return { method, source: own.test(method) ? OWN : QUOTED, note, values: byColumn(all, (_, k) => printed[k]) };
    }),
  );
}

function read(printed: string): PrintedValue | null {
  if (printed === "-") return null;
  const [mean, std] = printed.split("±");
  return { mean: Number(mean), std: std === undefined ? null : Number(std) };
}

const ACCURACIES = [
  ["cifar10", "CIFAR-10"],
  ["cifar100", "CIFAR-100"],
  ["imagenet16", "ImageNet16-120"],
].flatMap(([data, title]) => ["valid", "test"].map((split) => [`${data}/${split}`, `${title} ${split} (%)`] as const));

const ALL_DRNAS = /^DrNAS/;
const ALL = /./;

/** The tables by name. What a quoted row was measured by, the paper that it names tells. */
export const publishedTables = {
  drnas1: drnasTable(
    1,
    "NAS-Bench-201: partial channels (1/K of them are mixed) against DrNAS's progressive search; test accuracy and memory of the search",
    [
      ["cifar10/test", "CIFAR-10 test (%)"],
      ["cifar10/megabytes", "memory (MB)", 0],
      ["cifar100/test", "CIFAR-100 test (%)"],
      ["cifar100/megabytes", "memory (MB)", 0],
    ],
    ALL,
    [
      ["K = 1", "94.36±0 2437 73.51±0 2439"],
      ["K = 2", "93.49±.28 1583 68.48±.41 1583"],
      ["K = 4", "92.85±.35 1159 66.68±3.22 1161"],
      ["K = 8", "91.06±0 949 55.11±13.78 949"],
      ["Ours", "94.36±0 949 73.51±0 949", "the memory is that of K = 8; the authors' code begins at K = 4"],
    ],
  ),
  drnas2: drnasTable(
    2,
    "CIFAR-10 on DARTS's space: test error after retraining, parameters and the search's days on a GPU",
    [
      ["error", "test error (%)"],
      ["parameters", "parameters (M)", 1],
      ["days", "GPU-days", 1],
    ],
    ALL_DRNAS,
    [
      ["DenseNet-BC", "3.46 25.6 -"],
      ["NASNet-A", "2.65 3.3 2000"],
      ["AmoebaNet-A", "3.34±.06 3.2 3150"],
      ["AmoebaNet-B", "2.55±.05 2.8 3150"],
      ["PNAS", "3.41±.09 3.2 225"],
      ["ENAS", "2.89 4.6 .5"],
      ["DARTS (1st)", "3.00±.14 3.3 .4"],
      ["DARTS (2nd)", "2.76±.09 3.3 1.0"],
      ["SNAS", "2.85±.02 2.8 1.5"],
      ["GDAS", "2.93 3.4 .3"],
      ["BayesNAS", "2.81±.04 3.4 .2"],
      ["ProxylessNAS", "2.08 5.7 4.0", "on a space of its own"],
      ["PARSEC", "2.81±.03 3.7 1"],
      ["P-DARTS", "2.50 3.4 .3"],
      ["PC-DARTS", "2.57±.07 3.6 .1"],
      ["SDARTS-ADV", "2.61±.02 3.3 1.3"],
      ["GAEA + PC-DARTS", "2.50±.06 3.7 .1"],
      ["DrNAS (without progressive learning)", "2.54±.03 4.0 .4"],
      ["DrNAS", "2.46±.03 4.1 .6"],
    ],
  ),
  drnas3: drnasTable(
    3,
    "ImageNet in the mobile setting: errors after retraining, parameters and the search's days on a GPU",
    [
      ["error", "top-1 error (%)", 1],
      ["error5", "top-5 error (%)", 1],
      ["parameters", "parameters (M)", 1],
      ["days", "GPU-days", 1],
    ],
    ALL_DRNAS,
    [
      ["Inception-v1", "30.1 10.1 6.6 -"],
      ["MobileNet", "29.4 10.5 4.2 -"],
      ["ShuffleNet 2× (v1)", "26.4 10.2 5 -", "about 5 M parameters"],
      ["ShuffleNet 2× (v2)", "25.1 - 5 -", "about 5 M parameters"],
      ["NASNet-A", "26.0 8.4 5.3 2000"],
      ["AmoebaNet-C", "24.3 7.6 6.4 3150"],
      ["PNAS", "25.8 8.1 5.1 225"],
      ["MnasNet-92", "25.2 8.0 4.4 -"],
      ["DARTS (2nd)", "26.7 8.7 4.7 1.0"],
      ["SNAS", "27.3 9.2 4.3 1.5"],
      ["GDAS", "26.0 8.5 5.3 .3"],
      ["BayesNAS", "26.5 8.9 3.9 .2"],
      ["DSNAS", "25.7 8.1 - -", "searched on ImageNet"],
      ["ProxylessNAS", "24.9 7.5 7.1 8.3", "searched on ImageNet"],
      ["PARSEC", "26.0 8.4 5.6 1"],
      ["P-DARTS (CIFAR-10)", "24.4 7.4 4.9 .3"],
      ["P-DARTS (CIFAR-100)", "24.7 7.5 5.1 .3"],
      ["PC-DARTS (CIFAR-10)", "25.1 7.8 5.3 .1"],
      ["PC-DARTS (ImageNet)", "24.2 7.3 5.3 3.8"],
      ["GAEA + PC-DARTS", "24.0 7.3 5.6 3.8", "searched on ImageNet"],
      ["DrNAS (without progressive learning)", "24.2 7.3 5.2 3.9", "searched on ImageNet"],
      ["DrNAS", "23.7 7.1 5.7 4.6", "searched on ImageNet"],
    ],
  ),
  drnas4: drnasTable(4, "NAS-Bench-201: accuracies of what is found, over four seeds", ACCURACIES, ALL_DRNAS, [
    [
      "ResNet",
      "90.83 93.97 70.42 70.86 44.53 43.63",
      "of the data's version 1.0; its cell has 90.86, 93.91, 70.50, 70.89, 44.10, 44.23 here",
    ],
    ["Random", "90.93±.36 93.70±.36 70.60±1.37 70.65±1.38 42.92±2.00 42.96±2.15"],
    ["RSPS", "84.16±1.69 87.66±1.69 45.78±6.33 46.60±6.57 31.09±5.65 30.78±6.12"],
    ["Reinforce", "91.09±.37 93.85±.37 70.05±1.67 70.17±1.61 43.04±2.18 43.16±2.28"],
    ["ENAS", "39.77 54.30 10.23±.12 10.62±.27 16.43 16.32"],
    ["DARTS (1st)", "39.77±0 54.30±0 38.57±0 38.97±0 18.87±0 18.41±0"],
    ["DARTS (2nd)", "39.77±0 54.30±0 38.57±0 38.97±0 18.87±0 18.41±0"],
    ["GDAS", "90.01±.46 93.23±.23 24.05±8.12 24.20±8.08 40.66 41.02"],
    ["SNAS", "90.10±1.04 92.77±.83 69.69±2.39 69.34±1.98 42.84±1.79 43.16±2.64"],
    ["DSNAS", "89.66±.29 93.08±.13 30.87±16.40 31.01±16.38 40.61±.09 41.07±.09"],
    ["PC-DARTS", "89.96±.15 93.41±.30 67.12±.39 67.48±.89 40.83±.08 41.31±.22"],
    ["DrNAS", "91.55±0 94.36±0 73.49±0 73.51±0 46.37±0 46.34±0", "the cell of index 9930"],
    ["optimal", "91.61 94.37 73.49 73.51 46.77 47.31", "46.77 is of the data's version 1.0; the best has 46.73 here"],
  ]),
  drnas5: drnasTable(
    5,
    "NAS-Bench-201, CIFAR-10: the weight λ of the distance from the anchor",
    [["cifar10/test", "CIFAR-10 test (%)"]],
    ALL,
    [
      ["λ = 0", "93.78"],
      ["λ = 5e-4", "94.01"],
      ["λ = 1e-3", "94.36"],
      ["λ = 5e-3", "94.36"],
      ["λ = 1e-2", "94.36"],
      ["λ = 1e-1", "93.76"],
      ["λ = 1", "93.76"],
    ],
  ),
  drnas6: drnasTable(
    6,
    "RobustDARTS's four spaces: CIFAR-10's test error after retraining, and the search's last dominant eigenvalue",
    [
      ...["s1", "s2", "s3", "s4"].map((space) => [`${space}/error`, `${space.toUpperCase()} test error (%)`] as const),
      ...["s1", "s2", "s3", "s4"].map(
        (space) => [`${space}/eigenvalue`, `${space.toUpperCase()} eigenvalue`, 4] as const,
      ),
    ],
    ALL_DRNAS,
    [
      ["DARTS", "3.84 4.85 3.34 7.20 - - - -"],
      ["R-DARTS (DP)", "3.11 3.48 2.93 3.58 - - - -"],
      ["R-DARTS (L2)", "2.78 3.31 2.51 3.56 - - - -"],
      ["DrNAS", "2.74 2.47 2.4 2.59 .0392 .0390 .0286 .0389"],
    ],
  ),
} as const;
