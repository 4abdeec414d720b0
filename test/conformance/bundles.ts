// The program as each bundler makes it, with the options that its users have, for the place where its output runs.

import { execFile } from 'node:child_process'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import commonjs from '@rollup/plugin-commonjs'
import nodeResolve from '@rollup/plugin-node-resolve'
import terser from '@rollup/plugin-terser'
import * as esbuild from 'esbuild'
import { rolldown } from 'rolldown'
import { rollup } from 'rollup'
import * as vite from 'vite'
import webpack from 'webpack'

const exec = promisify(execFile)

export interface BundleInput {
  /** The folder where the package is installed. */
  readonly folder: string
  /** The entry, of that folder. */
  readonly entry: string
  /** Where the output goes, in that folder. */
  readonly out: string
  /** What the output is for, where the bundler makes a difference: `browser` when absent. */
  readonly platform?: 'browser' | 'node'
}

/** Gives the path of the entry of the output. */
export type Bundler = (input: BundleInput) => Promise<string>

const nameOf = (entry: string) => entry.replace(/\.js$/, '')

function byEsbuild(options: esbuild.BuildOptions, extension = '.js'): Bundler {
  return async ({ folder, entry, out }) => {
    await esbuild.build({
      absWorkingDir: folder,
      entryPoints: [entry],
      outdir: out,
      outExtension: { '.js': extension },
      bundle: true,
      minify: true,
      target: 'es2022',
      platform: 'browser',
      ...options,
    })
    return join(folder, out, `${nameOf(entry)}${extension}`)
  }
}

/** With chunks of their own for what is imported on demand. */
export const esbuildSplit = byEsbuild({ format: 'esm', splitting: true })

/** In one file, as a module. */
export const esbuildWhole = byEsbuild({ format: 'esm' })

/** In one file that is no module. */
export const esbuildScript = byEsbuild({ format: 'iife' })

/** As a function for AWS Lambda is bundled. */
export const esbuildLambda = byEsbuild({ format: 'esm', target: 'node22', platform: 'node' }, '.mjs')

/** What would be deployed to Cloudflare. */
export const wrangler: Bundler = async ({ folder, entry, out }) => {
  const config = join(folder, `${out}.wrangler.json`)
  const settings = { name: 'conformance', main: entry, compatibility_date: '2026-07-01' }
  await writeFile(config, JSON.stringify(settings))
  const file = join(import.meta.dirname, '../../node_modules/.bin/wrangler')
  const options = ['deploy', '--dry-run', '--minify', '--config', config, '--outdir', join(folder, out)]
  const env = { ...process.env, WRANGLER_SEND_METRICS: 'false', CI: '1' }
  await exec(file, options, { cwd: folder, env })
  return join(folder, out, entry)
}

export const rollupSplit: Bundler = async ({ folder, entry, out, platform = 'browser' }) => {
  const bundle = await rollup({
    input: join(folder, entry),
    plugins: [nodeResolve({ browser: platform === 'browser' }), commonjs(), terser()],
    onwarn: () => {},
  })
  const dir = join(folder, out)
  await bundle.write({ dir, format: 'esm', chunkFileNames: '[name]-[hash].js' })
  await bundle.close()
  return join(dir, entry)
}

export const rolldownSplit: Bundler = async ({ folder, entry, out, platform = 'browser' }) => {
  const bundle = await rolldown({ input: join(folder, entry), platform, logLevel: 'silent' })
  const dir = join(folder, out)
  await bundle.write({ dir, format: 'esm', minify: true })
  await bundle.close()
  return join(dir, entry)
}

export const webpackSplit: Bundler = async ({ folder, entry, out }) => {
  const compiler = webpack({
    mode: 'production',
    context: folder,
    entry: { [nameOf(entry)]: `./${entry}` },
    target: ['web', 'es2022'],
    experiments: { outputModule: true },
    output: {
      path: join(folder, out),
      filename: '[name].js',
      chunkFilename: '[name]-[chunkhash].js',
      module: true,
      library: { type: 'module' },
      publicPath: 'auto',
    },
  })
  await new Promise<void>((resolve, reject) => {
    compiler?.run((error, stats) => {
      if (error !== null) reject(error)
      else if (stats?.hasErrors()) reject(new Error(stats.toString('errors-only')))
      else compiler.close(() => resolve())
    })
  })
  return join(folder, out, entry)
}

export const viteSplit: Bundler = async ({ folder, entry, out }) => {
  await vite.build({
    root: folder,
    configFile: false,
    logLevel: 'silent',
    build: {
      outDir: out,
      emptyOutDir: false,
      target: 'es2022',
      modulePreload: false,
      rollupOptions: {
        input: { [nameOf(entry)]: join(folder, entry) },
        preserveEntrySignatures: 'strict',
        output: { entryFileNames: '[name].js', chunkFileNames: '[name]-[hash].js' },
      },
    },
  })
  return join(folder, out, entry)
}
