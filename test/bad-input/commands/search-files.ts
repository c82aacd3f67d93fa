// naslab search, with bad files: methods of a user's own, and data sets.
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { packageRoot } from "../../../src/root";
import { filesIn, records } from "../../datasets/cifar10-files";
import { says } from "../said";
import { type CommandCase, really, refused } from "./command-case";

const pickles: { readonly bad: Record<string, string> } = JSON.parse(
  readFileSync(join(packageRoot, "test/golden/pickles.json"), "utf8"),
);

const definition = {
  name: "mine",
  title: "Mine",
  paper: "",
  year: 2026,
  settings: { architecture: { distribution: { kind: "gaussian" }, sampler: { kind: "relaxed" } } },
};

/** The files are made below a folder. */
export function searchFiles(folder: string): readonly CommandCase[] {
  const at = (name: string) => join(folder, name);
  return [...ownMethods(at), ...dataSets(at)];
}

function ownMethods(at: (name: string) => string): CommandCase[] {
  const method = (name: string, text: string) => {
    writeFileSync(at(name), text);
    return ["search", "--method", at(name)];
  };
  const json = "give a JSON file { name, title, paper, year, settings }";
  const module = "give a module in this clone";
  return [
    really(["search", "--method", at("none.json")], says("none.json", "it can't be read (ENOENT)", json)),
    refused(method("cut.json", "{"), says("cut.json", "it is no JSON", json)),
    refused(method("old.json", JSON.stringify({ ...definition, year: "old" })), says("old.json", "year", json)),
    refused(
      method("one.json", JSON.stringify({ ...definition, settings: { batch: 1 } })),
      says("1", "one.json: settings.batch", ">=2"),
    ),
    refused(method("more.json", JSON.stringify({ ...definition, colour: "red" })), says("colour", "more.json", json)),
    refused(["search", "--method", at("none.js")], says("none.js", "it can't be loaded", module)),
    refused(method("broken.js", "throw new Error('broken');"), says("broken", "broken.js", module)),
    refused(method("empty.js", "module.exports = {};"), says("empty.js", "it exports no method", module)),
  ];
}

function dataSets(at: (name: string) => string): CommandCase[] {
  const cifar10 = (name: string, files: Record<string, Uint8Array | string>) => [
    ..."search --dataset cifar10 --data".split(" "),
    filesIn(at(name), files),
  ];
  const cifar100 = (name: string, bytes: Uint8Array) => [
    ..."search --dataset cifar100 --data".split(" "),
    filesIn(at(name), { "train.bin": bytes }),
  ];
  const imagenet16 = (name: string, bytes: Uint8Array) => [
    ..."search --dataset imagenet16 --data".split(" "),
    filesIn(at(name), { train_data_batch_1: bytes }),
  ];
  const images = (name: string, files: Record<string, string>) => {
    mkdirSync(at(name));
    for (const [path, bytes] of Object.entries(files))
      filesIn(join(at(name), path, ".."), { [path.split("/").at(-1)!]: bytes });
    return ["search", "--dataset", at(name)];
  };
  const wrongLabel = records(0, 2);
  wrongLabel[3073] = 10;
  const coarse = Buffer.alloc(3074);
  coarse[0] = 20;
  const few = filesIn(at("few"), { "data_batch_1.bin": records(0, 8) });
  return [
    really(
      "search --dataset cifar10 --data /nonexistent",
      says("/nonexistent", "cifar10", "name the folder where cifar-10-binary.tar.gz"),
    ),
    refused(
      [..."search --dataset cifar10 --data".split(" "), join(few, "data_batch_1.bin")],
      says("data_batch_1.bin", "is a file, not a folder", "name the folder"),
    ),
    really(
      cifar10("truncated", { "data_batch_1.bin": records(0, 2).subarray(1) }),
      says("6,145 bytes", "truncated/data_batch_1.bin", "unpack the official file again"),
    ),
    refused(
      cifar10("no-records", { "test_batch.bin": "" }),
      says("0 bytes", "no-records/test_batch.bin", "unpack the official file again"),
    ),
    refused(
      cifar10("label", { "data_batch_1.bin": wrongLabel }),
      says("wrong label 10 in record 1", "label/data_batch_1.bin", "unpack the official file again"),
    ),
    refused(
      cifar10("python", { data_batch_1: "" }),
      says("python", "it holds the Python version, which is not read", "name the folder"),
    ),
    refused(
      cifar10("names", { "data_batch_1.bin": records(0, 2), "batches.meta.txt": "cat\ndog\n" }),
      says("2 of 10 classes", "names/batches.meta.txt", "delete it"),
    ),
    refused(
      cifar100("coarse", coarse),
      says("wrong label 20 in record 0", "coarse/train.bin", "unpack the official file again"),
    ),
    refused(
      imagenet16("system", Buffer.from(pickles.bad["os.system"], "base64")),
      says("a call of posix.system", "system/train_data_batch_1", "unpack the official file again"),
    ),
    refused(
      imagenet16("large", Buffer.from(pickles.bad["bytes of 2**60"], "base64")),
      says("1,152,921,504,606,847,000", "large/train_data_batch_1", "unpack the official file again"),
    ),
    refused("search --dataset imagenet16 --data /nonexistent", says("/nonexistent", "imagenet16", "name the folder")),
    refused(
      [..."search --images 9 --dataset cifar10 --data".split(" "), few],
      says("9", "--images", "give at most that"),
    ),
    really(
      [..."search --dataset cifar10 --data".split(" "), few],
      says("64 images in a batch", "settings.batch", "take a smaller batch or more images"),
    ),
    refused(
      [..."search --batch 2 --set split=nasbench201 --dataset cifar10 --data".split(" "), few],
      says('"nasbench201"', "split", 'use split("half")'),
    ),
    refused(
      [..."search --batch 2 --space chain --cells 2 --dataset cifar10 --data".split(" "), few],
      says("2", "cells must be 4", "spaces.chain({ layers: 2 })"),
    ),
    really(images("bare", {}), says("bare", "holds no folder of a class", "name a folder that has a folder")),
    refused(images("classless", { "0.png": "" }), says("classless", "holds no folder of a class", "name a folder")),
    refused(images("imageless", { "cat/0.gif": "" }), says("imageless/cat", "has no .jpg, .jpeg or .png", "add some")),
    refused(
      images("uneven", { "train/cat/0.png": "", "val/cat/0.png": "", "val/dog/0.png": "" }),
      says('"dog"', "uneven/val", "give both the same folders"),
    ),
  ];
}
