const parameters = new URLSearchParams(location.search)
await navigator.serviceWorker.register('./service-worker.js')
const { active } = await navigator.serviceWorker.ready
active.postMessage({ name: parameters.get('name'), place: JSON.parse(parameters.get('place')) })
