// naslab search, with bad options.
import { says } from "../said";
import { type CommandCase, really, refused } from "./command-case";

const wholeNumber = (option: string, value: string, least: number) =>
  says(value, `--${option}`, `is not a whole number of at least ${least}; give one`);

export const search: readonly CommandCase[] = [
  really("search --nope", says("--nope", "search", "the options are --space")),
  refused("search darts", says("'darts'", "search", "the options are --space")),
  refused("search --json=1", says("--json", "does not take an argument", "the options are")),
  refused("search --epochs", says(null, "--epochs", "the options are")),
  really("search --space draw", says("draw", "--space", "did you mean darts?")),
  refused(["search", "--space", ""], says("", "--space", "use nasbench201")),
  refused("search --space nasbench301", says("nasbench301", "--space", "did you mean nasbench201?")),
  really("search --method evoluton", says("evoluton", "--method", "did you mean evolution?")),
  refused("search --method xy", says("xy", "--method", "use drnas or")),

  really("search --batch 0", wholeNumber("batch", "0", 2)),
  refused("search --batch 1", wholeNumber("batch", "1", 2)),
  refused("search --batch 1e3", wholeNumber("batch", "1e3", 2)),
  refused("search --epochs 0", wholeNumber("epochs", "0", 1)),
  refused("search --epochs many", wholeNumber("epochs", "many", 1)),
  refused("search --channels 1.5", wholeNumber("channels", "1.5", 1)),
  refused("search --cells=-1", wholeNumber("cells", "-1", 1)),
  really("search --cells -1", says("-1", "--cells", "--cells=-1")),
  refused("search --partial-channels 0", wholeNumber("partial-channels", "0", 1)),
  refused("search --steps-per-epoch 0", wholeNumber("steps-per-epoch", "0", 1)),
  refused("search --images 0", wholeNumber("images", "0", 1)),
  refused("search --seed=-1", wholeNumber("seed", "-1", 0)),
  refused(
    "search --seed 99999999999999999999",
    says("99999999999999999999", "--seed", "give at most 9007199254740991"),
  ),
  refused("search --method random --seeds 2000000", says("2000000", "--seeds", "give at most 1000000")),
  refused(
    "search --channels 6 --partial-channels 4",
    says("4", "settings.partialChannels", "must divide the channels"),
  ),

  really("search --backend gpu", says("gpu", "--backend", "use native or wasm or cpu")),
  refused("search", says("gpu", "NASLAB_BACKEND", "use one of native, wasm, cpu"), { env: { NASLAB_BACKEND: "gpu" } }),
  refused("search --dataset cifar", says("cifar", "--dataset", "or a folder with a folder for each class")),
  refused("search --data /c", says("/c", "--data", "leave --data out")),
  refused("search --dataset / --data /c", says("/c", "--data", "leave --data out")),
  refused("search --dataset / --image-size 0", wholeNumber("image-size", "0", 1)),
  refused("search --dataset cifar10 --image-size 32", says("32", "--image-size", "leave --image-size out")),

  really("search --set epochs", says("epochs", "--set", "give NAME=VALUE")),
  refused("search --set =1", says("=1", "--set", "give NAME=VALUE")),
  refused("search --set nope=1", says('"nope"', "settings", "the names are seed")),
  refused("search --channels 8 --set channels.x=1", says("channels.x=1", "--set", 'leave ".x" out')),
  refused("search --set __proto__.polluted=1", says("__proto__", "settings", "the names are seed")),
  refused("search --set architecture.constructor.x=1", says("constructor", "settings.architecture", "the names are")),
  refused("search --set split=thirds", says('"thirds"', "settings.split", '"half"|"nasbench201"')),
  refused("search --set stages=[]", says("[]", "settings.stages", ">=1")),
  refused("search --set weights.momentum=1", says("1", "settings.weights.momentum", "<1")),
  refused("search --set weights=fast", says('"fast"', "settings.weights", "expected object")),
  refused(
    "search --set architecture.distribution.kind=gamma",
    says('"gamma"', "settings.architecture.distribution", "the kinds of distribution are"),
  ),
  refused(
    "search --set architecture.sampler.kind=path",
    says('"path"', "settings.architecture.sampler", 'take the distribution "categorical"'),
  ),
  refused(
    "search --set architecture.update.betas=[2,0]",
    says("2", "settings.architecture.update.betas.0", "expected number to be <1"),
  ),

  refused("search --method random --epochs 3", says("--epochs", "random trains no network", "leave --epochs out")),
  refused("search --method smbo --backend cpu", says("--backend", "smbo trains no network", "leave --backend out")),
  refused("search --method random --seed 1 --seeds 5", says("--seeds 5", "--seed 1", "leave one of them out")),
  refused("search --method random --seeds 0", wholeNumber("seeds", "0", 1)),
  really("search --method random --evaluations many", wholeNumber("evaluations", "many", 1)),
  refused("search --seeds 5", says("--seeds", "drnas trains a network", "leave --seeds out")),
  really("search --method random --space darts", says("darts", "--space", "take nasbench201")),
  really(
    "search --method pc-darts --space 1shot1-1",
    says('"normalised"', "settings.architecture.edges", "this space has distributions over inputs for that"),
  ),
];
