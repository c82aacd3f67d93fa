// naslab bench. What it says of other programs and of memory only once they run, test/bench tests.
import { says } from "../said";
import { type CommandCase, really, refused } from "./command-case";

const network = "|nor_conv_3x3~0|+|none~0|skip_connect~1|+|avg_pool_3x3~0|none~1|nor_conv_1x1~2|";

export const bench: readonly CommandCase[] = [
  really("bench", says(null, "a name is missing", "use one of compile, data")),
  refused("bench frob", says('"frob"', "bench", "use one of compile, data")),
  refused("bench frame", says('"frame"', "bench", "use one of compile, data")),
  really("bench step --batch 1", says("1", "--batch", "at least 2; give one")),
  refused("bench step --steps many", says("many", "--steps", "at least 1; give one")),
  refused("bench step --nope", says("--nope", "bench", "the options are --batch")),
  refused("bench step --backend gpu", says("gpu", "--backend", "use native or wasm or cpu")),
  refused("bench step --variant fast", says("fast", "--variant", "use eager or channels-last or compile")),
  refused(
    "bench step --channels 6 --partial-channels 4",
    says("4", "--partial-channels", "does not divide the 6 channels; give a divisor"),
  ),
  refused("bench step --network |conv~0|", says('"conv"', "--network", "expected one of none")),
  refused(["bench", "step", "--network", network, "--one-path"], says("--one-path", "a single network", "leave it")),
  refused("bench scaling --operations 6", says("6", "--operations", "the space has 5")),
  really(
    "bench scaling --figure figure.gif",
    says("figure.gif", "--figure", "end the file's name in .svg, .png or .json"),
  ),
  refused("bench methods --methods darts,balena", says("balena", "--methods", "did you mean balenas?")),
  refused("bench methods --methods darts,evolution", says("evolution", "--methods", "it trains no network")),
  refused("bench methods --methods darts,", says(null, "--methods", "use drnas or")),
  refused("bench methods --channels 6", says("6", "--channels", "give a multiple of 4")),
  refused("bench methods --processes 0", says("0", "--processes", "at least 1; give one")),
  refused("bench compile --cells 1,0", says("0", "--cells", "at least 1; give one")),
  refused("bench data --batch 4 --channels 4 --data /nonexistent", says("/nonexistent", "cifar10", "name the folder")),
  refused("bench display --channels 0", says("0", "--channels", "at least 1; give one")),
  refused("bench distributions --cells x", says("x", "--cells", "at least 1; give one")),
  refused("bench proxies --proxies naswot,nasswot", says("nasswot", "--proxies", "did you mean naswot?")),
  refused("bench proxies --architectures 0", says("0", "--architectures", "at least 1; give one")),
  refused("bench proxies --variant compile", says("compile", "--variant", "eager or channels-last")),
  refused("bench operations --steps 0", says("0", "--steps", "at least 1; give one")),
];
