// The one class of JupyterLab's that every renderer extends, out of the page that runs us.
import type * as widgets from "@lumino/widgets";

export const { Widget } = (await globalThis._JUPYTERLAB!.naslab!.shared("@lumino/widgets")) as typeof widgets;
