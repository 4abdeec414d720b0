// What wrangler's bundler gives for a module that is no code.

declare module 'policy.json' {
  const document: unknown

  export { document as default }
}
