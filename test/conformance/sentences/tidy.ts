import { assert } from 'chai'
import { about, later, type Sentences } from '../sentence.ts'

export const tidy: Sentences = ({ library, place }) =>
  about('tidy', {
    'nothing is left on the wire': async () => {
      let open = Number.NaN
      for (let tries = 0; tries < 50; tries++) {
        open = Number(await (await fetch(`${place.lab}/lab/open`)).text())
        // The question itself is one.
        if (open === 1) return
        await later(100)
      }
      assert.fail(`${open - 1} requests are still under way`)
    },
    'the exports are the named ones, and none is a default': () => {
      for (const namespace of Object.values(library)) assert.notProperty(namespace, 'default')
      assert.isFunction(library.core.StsClient)
      assert.isFunction(library.iam.IamClient)
    },
    'no prototype of the platform has more members than before': () => {
      for (const prototype of [Object.prototype, Array.prototype, Promise.prototype, Error.prototype]) {
        for (const key in prototype) assert.fail(`it has ${key}`)
      }
    },
  })
