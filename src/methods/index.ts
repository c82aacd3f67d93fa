import { balenas } from "./balenas";
import { balenasTf } from "./balenas-tf";
import { bayesnas } from "./bayesnas";
import { darts } from "./darts";
import { dartsAda } from "./darts-ada";
import { dartsEs } from "./darts-es";
import { dartsSecond } from "./darts-second";
import { drnas } from "./drnas";
import { drnasCifar10, drnasImageNet, drnasNasBench201 } from "./drnas-progressive";
import { drnasWithoutProgressive } from "./drnas-without-progressive";
import { dsnas } from "./dsnas";
import { enas } from "./enas";
import { gaea } from "./gaea";
import { gaeaPc } from "./gaea-pc";
import { gdas } from "./gdas";
import { idarts } from "./idarts";
import type { Method } from "./method";
import { pDarts } from "./p-darts";
import { parsec } from "./parsec";
import { pcDarts } from "./pc-darts";
import { proxylessnas } from "./proxylessnas";
import { rDarts } from "./r-darts";
import { rsps } from "./rsps";
import { sdartsAdv } from "./sdarts-adv";
import { sdartsRs } from "./sdarts-rs";
import { snas } from "./snas";

export { axes } from "./axes";
export { part } from "./axes/part";
export { along } from "./axes/sampler";
export { checkSettings } from "./check-settings";
export { defineMethod, type MethodDefinition } from "./define-method";
export { type MethodDescription, requireMethod } from "./description";
export { type HessianOptions, hessianOptions } from "./hessian";
export type {
  ArchitectureLearner,
  Draw,
  Half,
  Judge,
  Method,
  Moment,
  NetworkChange,
  Pass,
  Passes,
  Review,
  WeightedDraw,
} from "./method";
export {
  completeSettings,
  plannedShares,
  type SearchSettings,
  type SettingsInput,
  settingsFor,
  type WeightSettings,
} from "./settings";
export type { Spectrum } from "./spectrum";
export { type Evaluate, type Evaluation, type TabularMethod, type TabularResult, tabularMethods } from "./tabular";

/** The search methods that train a network, by their names on the command line. */
export const methods: Readonly<Record<string, Method>> = Object.fromEntries(
  [
    drnas,
    drnasWithoutProgressive,
    drnasNasBench201,
    drnasCifar10,
    drnasImageNet,
    balenas,
    balenasTf,
    darts,
    dartsSecond,
    snas,
    gdas,
    dsnas,
    pcDarts,
    pDarts,
    sdartsRs,
    sdartsAdv,
    gaea,
    gaeaPc,
    rDarts,
    dartsEs,
    dartsAda,
    parsec,
    proxylessnas,
    bayesnas,
    enas,
    rsps,
    idarts,
  ].map((method) => [method.name, method]),
);
