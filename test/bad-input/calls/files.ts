// Files of data sets, weights and benchmarks.
import { execFileSync } from "node:child_process";
import { mkdirSync, symlinkSync, truncateSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { gzipSync } from "node:zlib";
import { benchmarks, datasets, RandomStream, spaces } from "../../../src";
import { nasBench201Table } from "../../../src/benchmarks/nasbench201";
import { readColumns } from "../../../src/benchmarks/packed-table";
import { encodePng } from "../../../src/display/png";
import { Supernet } from "../../../src/supernet";
import { readSafetensors } from "../../../src/supernet/safetensors";
import { filesIn, records } from "../../datasets/cifar10-files";
import { safetensorsOf } from "../safetensors-file";
import type { Said } from "../said";
import { says } from "../said";
import { type CallCase, refused } from "./call-case";

export function files(folder: string): readonly CallCase[] {
  const at = (name: string) => join(folder, name);
  return [...cifar(at), ...imageFolders(at), ...weights(at), ...tables(at)];
}

type At = (name: string) => string;

function cifar(at: At): CallCase[] {
  const again = "unpack the official file again";
  const many = filesIn(at("cifar-many"), { "data_batch_1.bin": "" });
  truncateSync(join(many, "data_batch_1.bin"), 10e9); // 10 GB, of which nothing lies on the disk
  mkdirSync(at("cifar-folder/data_batch_1.bin"), { recursive: true });
  const names = filesIn(at("cifar-names"), { "data_batch_1.bin": records(0, 1), "batches.meta.txt": "" });
  truncateSync(join(names, "batches.meta.txt"), 10e9);
  const pickles = filesIn(at("imagenet16-many"), { val_data: "" });
  truncateSync(join(pickles, "val_data"), 10e9);
  return [
    refused("10 GB of CIFAR-10", () => datasets.cifar10({ folder: many }), says("10,000,000,000", "cifar-many", again)),
    refused(
      "10 GB of names",
      () => datasets.cifar10({ folder: names }),
      says("10,000,000,000", "batches.meta.txt", again),
    ),
    refused(
      "a folder for a file",
      () => datasets.cifar10({ folder: at("cifar-folder") }),
      says(null, "data_batch_1.bin", again),
    ),
    refused(
      "10 GB of pickle",
      () => datasets.imagenet16({ folder: pickles }),
      says("10,000,000,000", "val_data", again),
    ),
    refused(
      "no CIFAR-100",
      () => datasets.cifar100({ folder: at("none") }),
      says("none", "cifar100", "name the folder where"),
    ),
  ];
}

function imageFolders(at: At): CallCase[] {
  const png = encodePng(new Uint8Array(48), 4, 4, 3);
  const tree = (name: string, files: Record<string, Uint8Array | string>) => {
    for (const [path, bytes] of Object.entries(files)) {
      mkdirSync(dirname(at(`${name}/${path}`)), { recursive: true });
      writeFileSync(at(`${name}/${path}`), bytes);
    }
    return at(name);
  };
  const dangling = tree("dangling", { "a/0.png": png });
  symlinkSync("nowhere", join(dangling, "a/1.png"));
  const pipe = tree("pipe", { "a/0.png": png });
  execFileSync("mkfifo", [join(pipe, "a/1.png")]);
  const decoding = (name: string, bytes: Uint8Array | string, value: string) => {
    const folder = tree(name, { "a/0.png": bytes });
    return refused(
      `an image that is ${name}`,
      async () => (await datasets.imageFolder(folder, { size: 4 })).batch([0], null),
      says(value, `${name}/a/0.png`, "replace it, or remove it"),
    );
  };
  return [
    refused("no folder", () => datasets.imageFolder(at("no")), says(at("no"), "imageFolder", "name a folder that has")),
    refused("a size of 0", () => datasets.imageFolder(pipe, { size: 0 }), says("0", "size", "at least 1")),
    refused("half a cache", () => datasets.imageFolder(pipe, { cache: 0.5 }), says("0.5", "cache", "at least 0")),
    refused("a link to nothing", () => datasets.imageFolder(dangling), says("ENOENT", "dangling/a/1.png", "mend it")),
    refused("a pipe", () => datasets.imageFolder(pipe), says(null, "pipe/a/1.png", "remove it from the folder")),
    decoding("empty", "", "empty"),
    decoding("text", "hello", "unsupported"),
    decoding("cut", png.subarray(0, png.length - 20), "cut/a/0.png"),
    decoding("huge", hugePng(), "pixel limit"),
  ];
}

/** A PNG whose header claims 60,000 × 60,000 pixels. */
function hugePng(): Buffer {
  const png = Buffer.from(encodePng(new Uint8Array(48), 4, 4, 3));
  png.writeUInt32BE(60_000, 16);
  png.writeUInt32BE(60_000, 20);
  png.writeUInt32BE(crc32(png.subarray(12, 29)), 29);
  return png;
}

/** PNG's checksum of a chunk. */
function crc32(bytes: Uint8Array): number {
  let crc = ~0;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = (crc >>> 1) ^ (crc & 1 ? 0xedb88320 : 0);
  }
  return ~crc >>> 0;
}

function weights(at: At): CallCase[] {
  const again = "save it again";
  const reading = (name: string, bytes: Uint8Array, value: string | null, remedy = again) => {
    const path = at(`${name.replaceAll(" ", "-")}.safetensors`);
    writeFileSync(path, bytes);
    return refused(`weights with ${name}`, () => readSafetensors(path), says(value, path, remedy));
  };
  const F32 = (shape: unknown, offsets: unknown) => ({ dtype: "F32", shape, data_offsets: offsets });
  const network = () =>
    new Supernet(spaces.nasBench201(), { channels: 2, cells: 1, image: [8, 8, 1], classes: 2 }, new RandomStream(0));
  const loading = (name: string, tensors: object, said: Said) => {
    const path = at(`${name.replaceAll(" ", "-")}.safetensors`);
    writeFileSync(path, safetensorsOf(tensors, 8));
    return refused(
      `loading weights with ${name}`,
      () => {
        const own = network();
        try {
          own.load(path);
        } finally {
          own.dispose();
        }
      },
      said,
    );
  };
  const cut = at("cut.safetensors");
  writeFileSync(cut, safetensorsOf({ a: F32([2], [0, 8]) }, 8).subarray(0, -3));
  return [
    refused(
      "no weights",
      () => readSafetensors(at("no.safetensors")),
      says("ENOENT", "no.safetensors", "name a safetensors file"),
    ),
    refused(
      "a folder of weights",
      () => readSafetensors(at("pipe")),
      says(null, at("pipe"), "name a safetensors file"),
    ),
    refused("weights that are cut off", () => readSafetensors(cut), says("8 bytes", "cut.safetensors", again)),
    reading("nothing", Buffer.alloc(0), "only 0 bytes"),
    reading("a header of 2^63 bytes", Buffer.from([0, 0, 0, 0, 0, 0, 0, 0x80, 0]), "9223372036854776000 bytes of 1"),
    reading("a header that is no JSON", safetensorsOf("{", 0), "its header is not JSON"),
    reading("a header that is a list", safetensorsOf("[]", 0), "its header is no object"),
    reading("a tensor that is null", safetensorsOf({ a: null }, 0), 'tensor "a" is listed as null'),
    reading("a negative shape", safetensorsOf({ a: F32([-1, -2], [0, 8]) }, 8), "[-1,-2]"),
    reading("a shape of 2^60", safetensorsOf({ a: F32([2 ** 30, 2 ** 30], [0, 8]) }, 8), "[1073741824,1073741824]"),
    reading("offsets that go back", safetensorsOf({ a: F32([], [8, 4]) }, 8), "-4 bytes"),
    reading("offsets beyond the end", safetensorsOf({ a: F32([4], [0, 16]) }, 8), "16 bytes"),
    reading(
      "tensors that share bytes",
      safetensorsOf({ a: F32([2], [0, 8]), b: F32([2], [0, 8]) }, 8),
      "claim 16 bytes, and 8 are there",
    ),
    reading(
      "numbers of 16 bits",
      safetensorsOf({ a: { dtype: "F16", shape: [2], data_offsets: [0, 4] } }, 4),
      "F16",
      "NASLab reads F32",
    ),
    loading(
      "another network",
      { a: F32([2], [0, 8]) },
      says('"stem.0.weight" is missing', "loadStateDict", "the file is of another network"),
    ),
    loading(
      "parameters of another space",
      { _arch_parameters: F32([2], [0, 8]) },
      says("[2]", "_arch_parameters", "name a file of this space"),
    ),
  ];
}

function tables(at: At): CallCase[] {
  const remedy = "install NASLab again";
  const reading = (name: string, bytes: Uint8Array, value: string) => {
    const path = at(`${name}.bin.gz`);
    writeFileSync(path, bytes);
    return refused(
      `a table that is ${name}`,
      () => readColumns({ ...nasBench201Table, path }),
      says(value, path, remedy),
    );
  };
  return [
    refused(
      "no table",
      () => readColumns({ ...nasBench201Table, path: at("no.bin.gz") }),
      says("ENOENT", "no.bin.gz", remedy),
    ),
    reading("unpacked", Buffer.alloc(100), "incorrect header check"),
    reading("short", gzipSync(Buffer.alloc(100)), "100 bytes"),
    reading("bomb", gzipSync(Buffer.alloc(20e6)), "larger than 750000 bytes"),
    ...officialFiles(at),
  ];
}

function officialFiles(at: At): CallCase[] {
  execFileSync("mkfifo", [at("pipe.tfrecord")]);
  const cases = [
    [
      "no folder of NATS-Bench",
      () => benchmarks.nasBench201({ folder: at("nats") }),
      "nats",
      "github.com/D-X-Y/NATS-Bench",
    ],
    [
      "no NAS-Bench-201 file",
      () => benchmarks.nasBench201({ file: at("none.pth") }),
      "none.pth",
      "(4.7 GB), from https",
    ],
    ["no NAS-Bench-101 file", () => benchmarks.nasBench101({ file: at("none.tfrecord") }), "none.tfrecord", "499 MB"],
    [
      "a pipe as NAS-Bench-101's file",
      () => benchmarks.nasBench101({ file: at("pipe.tfrecord") }),
      "is no file",
      "499 MB",
    ],
    ["a folder as NAS-Bench-101's file", () => benchmarks.oneShot1(2, { file: at(".") }), at("."), "nasbench_only108"],
  ] as const;
  return [
    ...cases.map(([name, call, place, remedy]) => refused(name, call, says(null, place, remedy))),
    ...[{}, undefined, null, "x"].flatMap((official) => [
      refused(
        `NAS-Bench-101 with ${JSON.stringify(official)}`,
        () => benchmarks.nasBench101(official as { file: string }),
        says(null, "NAS-Bench-101", "give its file, nasbench_only108.tfrecord"),
      ),
      refused(
        `NAS-Bench-1Shot1 with ${JSON.stringify(official)}`,
        () => benchmarks.oneShot1(1, official as { file: string }),
        says(null, "NAS-Bench-101", "give its file, nasbench_only108.tfrecord"),
      ),
    ]),
    ...[{ path: "x" }, null, "/x"].map((official) =>
      refused(
        `NAS-Bench-201 with ${JSON.stringify(official)}`,
        () => benchmarks.nasBench201(official as unknown as { folder: string }),
        says(null, "NATS-Bench", 'as { folder: "'),
      ),
    ),
    refused(
      "a fourth space of NAS-Bench-1Shot1",
      () => benchmarks.oneShot1(4 as 3, { file: at("none.tfrecord") }),
      says("4", "spaces.oneShot1", "1, 2 and 3"),
    ),
  ];
}
