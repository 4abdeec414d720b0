// The presets with the rules of their options, for a program that is given them as text: the command line.

import type { GenericSchema } from 'valibot'
import type { Preset } from './preset.ts'
import { anthropic, schema as anthropicSchema } from './presets/anthropic.ts'
import { chainguard, schema as chainguardSchema } from './presets/chainguard.ts'
import { databricks, schema as databricksSchema } from './presets/databricks.ts'
import { entra, schema as entraSchema } from './presets/entra.ts'
import { googleCloud, schema as googleCloudSchema } from './presets/google-cloud.ts'
import { openai, schema as openaiSchema } from './presets/openai.ts'
import { openRouter, schema as openRouterSchema } from './presets/openrouter.ts'
import { snowflake, schema as snowflakeSchema } from './presets/snowflake.ts'
import { tailscale, schema as tailscaleSchema } from './presets/tailscale.ts'

/** A preset that is made of options which are not known to be right. */
export interface PresetMaker {
  /** @throws {InputError} which names the option that is missing, unknown or malformed. */
  readonly make: (options: Readonly<Record<string, unknown>>) => Preset
  /** The rules of the options by their names. */
  readonly entries: Readonly<Record<string, GenericSchema>>
}

export const presetMakers: Readonly<Record<string, PresetMaker>> = {
  anthropic: maker(anthropic, anthropicSchema),
  chainguard: maker(chainguard, chainguardSchema),
  databricks: maker(databricks, databricksSchema),
  entra: maker(entra, entraSchema),
  googleCloud: maker(googleCloud, googleCloudSchema),
  openai: maker(openai, openaiSchema),
  openRouter: maker(openRouter, openRouterSchema),
  snowflake: maker(snowflake, snowflakeSchema),
  tailscale: maker(tailscale, tailscaleSchema),
}

function maker<Options>(
  preset: (options: Options) => Preset,
  { entries }: { readonly entries: Readonly<Record<string, GenericSchema>> },
): PresetMaker {
  // Each preset checks what it is given.
  return { make: (options) => preset(options as Options), entries }
}
