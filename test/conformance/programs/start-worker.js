// Starts a web worker, which has no DOMParser, and lets it do the rest.

new Worker(new URL(`./web-worker.js${location.search}`, location.href), { type: 'module' })
