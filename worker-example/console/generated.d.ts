// What build.ts makes: types of a file that Git does not have.

declare module '*/generated/assets.js' {
  export interface Asset {
    readonly text: string
    /** With its quotation marks. */
    readonly etag: string
  }

  export const assets: Readonly<Record<'page.js' | 'verify.js' | 'style.css', Asset>>
}
