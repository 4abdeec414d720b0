// The relying parties that are known here: `presets.openai`, `presets.entra`, and so on. What each takes is read in its
// own documentation: docs/relying-parties.md has the addresses.

export { anthropic } from './presets/anthropic.ts'
export { chainguard } from './presets/chainguard.ts'
export { custom } from './presets/custom.ts'
export { databricks } from './presets/databricks.ts'
export { entra } from './presets/entra.ts'
export { googleCloud } from './presets/google-cloud.ts'
export { openai } from './presets/openai.ts'
export { openRouter } from './presets/openrouter.ts'
export { snowflake } from './presets/snowflake.ts'
export { tailscale } from './presets/tailscale.ts'
