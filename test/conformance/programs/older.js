// Takes away what older browsers lack, before a page's own scripts run.

delete AbortSignal.any
delete AbortSignal.timeout
delete ReadableStream.from
delete ReadableStream.prototype[Symbol.asyncIterator]
delete ReadableStream.prototype.values
delete Promise.withResolvers
delete Promise.try
delete Array.fromAsync
delete Object.groupBy
delete Map.groupBy
delete Iterator.from
delete Set.prototype.union
delete Set.prototype.isSubsetOf
delete Uint8Array.fromBase64
delete Uint8Array.prototype.toBase64
