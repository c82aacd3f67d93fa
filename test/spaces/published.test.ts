import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { published, spaces } from "../../src/spaces";

/**
 * Parameters and multiply-adds in DARTS's networks for CIFAR-10 and for ImageNet. Counted with hooks on the modules of the authors' own
 * networks (github.com/quark0/darts, cnn/model.py) under PyTorch 2.13, and by arithmetic; those of gdas-frc by arithmetic alone.
 */
const counts: Record<string, [cifar10: [number, number], imagenet: [number, number]]> = {
  "nasnet-a": [
    [3_830_950, 603_452_448],
    [5_564_320, 604_031_616],
  ],
  "amoebanet-a": [
    [3_145_078, 488_931_552],
    [4_627_360, 526_746_624],
  ],
  pnas: [
    [4_481_110, 706_026_528],
    [6_394_912, 696_738_048],
  ],
  enas: [
    [4_020_166, 622_142_496],
    [5_908_768, 630_336_384],
  ],
  "enas-script": [
    [4_394_710, 693_197_856],
    [6_267_424, 683_943_168],
  ],
  "darts-v1": [
    [3_169_414, 500_987_520],
    [4_510_432, 505_864_704],
  ],
  "darts-v2": [
    [3_349_342, 528_359_040],
    [4_718_752, 529_911_552],
  ],
  "snas-mild": [
    [2_661_382, 422_218_368],
    [3_939_328, 438_042_432],
  ],
  "snas-moderate": [
    [2_847_358, 440_687_232],
    [4_312_576, 465_607_872],
  ],
  "snas-aggressive": [
    [2_313_622, 374_912_640],
    [3_561_952, 395_715_840],
  ],
  gdas: [
    [3_368_782, 519_428_736],
    [4_969_216, 537_597_888],
  ],
  "gdas-frc": [
    [2_543_014, 402_781_824],
    [3_841_888, 425_031_168],
  ],
  "p-darts": [
    [3_433_798, 532_174_464],
    [4_944_352, 542_819_328],
  ],
  "pc-darts-cifar10": [
    [3_634_678, 556_670_592],
    [5_270_560, 571_137_408],
  ],
  "pc-darts-imagenet": [
    [3_721_510, 570_466_944],
    [5_342_464, 581_627_328],
  ],
  "sdarts-rs": [
    [3_606_166, 562_393_728],
    [5_120_320, 566_762_688],
  ],
  "sdarts-adv": [
    [3_344_806, 526_755_456],
    [4_768_864, 531_567_360],
  ],
  "gaea-cifar10": [
    [3_688_246, 563_831_424],
    [5_297_344, 576_057_792],
  ],
  "gaea-imagenet": [
    [4_002_958, 627_034_752],
    [5_620_864, 624_038_592],
  ],
  "drnas-cifar10": [
    [4_099_294, 635_135_616],
    [5_738_464, 633_832_320],
  ],
  "drnas-imagenet": [
    [4_048_750, 617_938_560],
    [5_726_368, 624_405_504],
  ],
};

suite("published genotypes", () => {
  for (const [name, [cifar10, imagenet]] of Object.entries(counts)) {
    test(`${name} has its parameters and multiply-adds`, () => {
      for (const [data, [parameters, multiplyAdds]] of [
        ["cifar10", cifar10],
        ["imagenet", imagenet],
      ] as const) {
        const cost = published[name].cost(data);
        assert.deepEqual([cost.parameters, cost.multiplyAdds], [parameters, multiplyAdds], data);
      }
    });
  }

  test("none is left out", () => assert.deepEqual(Object.keys(published), Object.keys(counts)));

  test("the count is the printed one, or a note says why not", () => {
    for (const { name, printed, note, ...entry } of Object.values(published)) {
      const millions = published[name].cost().parameters / 1e6;
      assert.ok(Math.abs(millions - printed) <= 0.05 || note !== "", `${name}: ${millions} M, printed ${printed}`);
      assert.ok(entry.source !== "" && entry.paper !== "" && entry.year > 2016, name);
    }
  });

  test("those with DARTS's operations and two edges a node are architectures of its space, at the same cost", () => {
    const [darts, imageNet] = [spaces.darts(), spaces.dartsImageNet()];
    const outside = Object.values(published).filter((entry) => entry.in(darts) === null);
    assert.deepEqual(
      outside.map(({ name }) => name),
      ["nasnet-a", "amoebanet-a", "pnas", "enas", "enas-script", "snas-aggressive", "gdas-frc"],
    );
    for (const entry of Object.values(published)) {
      for (const [space, data] of [
        [darts, "cifar10"],
        [imageNet, "imagenet"],
      ] as const) {
        const architecture = entry.in(space);
        if (architecture) assert.deepEqual(architecture.cost(), entry.cost(data), entry.name);
      }
    }
    assert.equal(published["darts-v2"].in(spaces.s2()), null);
    assert.equal(published["darts-v2"].in(spaces.nasBench201()), null);
  });

  test("GDAS's networks for ImageNet have what the paper prints at its own widths", () => {
    const at = (name: string, channels: number) => published[name].cost("imagenet", { channels });
    assert.equal(at("gdas", 50).parameters, 5_345_075); // printed: 5.3 M, 581 M multiply-adds
    assert.equal(at("gdas", 50).multiplyAdds, 581_009_000);
    assert.equal(at("gdas-frc", 52).parameters, 4_430_386); // printed: 4.4 M, 497 M
    assert.equal(at("gdas-frc", 52).multiplyAdds, 496_733_952);
  });

  test("a genotype is printed as its authors have it", () => {
    assert.equal(
      String(published["drnas-cifar10"]),
      "Genotype(normal=[('sep_conv_3x3', 0), ('sep_conv_5x5', 1), ('sep_conv_3x3', 1), ('sep_conv_3x3', 2), ('skip_connect', 0), ('sep_conv_3x3', 1), ('sep_conv_3x3', 2), ('dil_conv_5x5', 3)], normal_concat=range(2, 6), reduce=[('max_pool_3x3', 0), ('sep_conv_5x5', 1), ('dil_conv_5x5', 2), ('sep_conv_5x5', 1), ('sep_conv_5x5', 1), ('dil_conv_5x5', 3), ('skip_connect', 4), ('sep_conv_5x5', 1)], reduce_concat=range(2, 6))",
    );
  });
});
