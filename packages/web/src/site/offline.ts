/**
 * Keeps the site itself, so that it opens without a network: what the build lists, under the name of its content. Evidence
 * is never kept.
 */
declare const WHYRESET_FILES: readonly string[]
declare const WHYRESET_VERSION: string
declare const self: ServiceWorkerGlobalScope

const CACHE = `whyreset-${WHYRESET_VERSION}`

self.addEventListener('install', (event) => {
  event.waitUntil(
    caches
      .open(CACHE)
      .then((cache) => cache.addAll(WHYRESET_FILES.map((path) => new Request(path, { cache: 'reload' }))))
      .then(() => self.skipWaiting()),
  )
})

self.addEventListener('activate', (event) => {
  event.waitUntil(
    caches
      .keys()
      .then((names) => names.filter((name) => name.startsWith('whyreset-') && name !== CACHE))
      .then((old) => Promise.all(old.map((name) => caches.delete(name))))
      .then(() => self.clients.claim()),
  )
})

self.addEventListener('fetch', (event) => {
  const { method, url } = event.request
  if (method !== 'GET' || new URL(url).origin !== self.location.origin) return
  event.respondWith(
    caches
      .open(CACHE)
      // A part of a file is read by range: the whole is kept, and the page takes its part.
      .then((cache) => cache.match(event.request, { ignoreSearch: true }))
      .then((kept) => kept ?? fetch(event.request)),
  )
})
