/** Reads the first piece of each answer alone, unless the file is small. */
import { connect } from 'node:net'
import { heard, log, options, pause, tell } from './tell.mjs'

tell('ready')
await heard()
for (let number = 0; number < options.requests; number++) {
  const isSmall = number % options.smallEvery === 0
  await check(number, isSmall ? 300 : options.largeBytes, isSmall)
  await pause(options.everyMs)
}
tell('done')

function check(number, bytes, isSmall) {
  return new Promise((resolve) => {
    const socket = connect({ host: options.host, port: options.port }, () =>
      socket.write(
        `GET /export/${number}?bytes=${bytes} HTTP/1.1\r\nHost: files\r\nConnection: close\r\n\r\n`,
      ),
    )
    socket.on('close', resolve)
    socket.once('data', async (data) => {
      log('INFO', `export ${number}: ${data.toString('latin1').split('\r\n', 1)[0]}`)
      if (isSmall) return socket.resume()
      socket.pause()
      await pause(options.heldMs)
      tell('left')
      socket.destroy()
    })
  })
}
