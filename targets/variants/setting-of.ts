/** A setting of some kinds of node, switched for all nodes of those kinds. */
import type { Component, NodeSettings, NodeSpec } from "../target.ts";
import type { Variant } from "../variant.ts";

export interface SettingOf<K extends keyof NodeSettings> {
  readonly components: readonly Component[];
  readonly setting: K;
  readonly title: string;
  /** Words for people, and what each stands for. */
  readonly values: Readonly<Record<string, NonNullable<NodeSettings[K]>>>;
  /** One of the words: what the nodes do when nothing is set. */
  readonly usual: string;
}

export function settingOf<K extends keyof NodeSettings>(options: SettingOf<K>): Variant {
  const { components, setting, title, values, usual } = options;
  return {
    title,
    values: Object.keys(values),
    usual,
    apply: (spec, value) => ({
      ...spec,
      nodes: Object.fromEntries(
        Object.entries(spec.nodes).map(([name, node]): [string, NodeSpec<string>] =>
          components.includes(node.component)
            ? [name, { ...node, settings: { ...node.settings, [setting]: values[value] } }]
            : [name, node],
        ),
      ),
    }),
  };
}
