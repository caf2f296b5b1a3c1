/** What RelayPlane is measured against: the least that a passthrough can do which parses the same JSON, request and reply. */
const upstream = process.argv[2] ?? ''

const server = Bun.serve({
  port: 0,
  hostname: '127.0.0.1',
  idleTimeout: 0,
  maxRequestBodySize: 64 * 1024 * 1024,
  async fetch(request) {
    const text = await request.text()
    JSON.parse(text)
    const response = await fetch(upstream + new URL(request.url).pathname, {
      method: request.method,
      headers: request.headers,
      body: text,
    })
    if (response.headers.get('content-type') !== 'application/json')
      return new Response(response.body, { status: response.status, headers: response.headers })
    const reply = await response.text()
    JSON.parse(reply)
    return new Response(reply, { status: response.status, headers: response.headers })
  },
})
process.stdout.write(`${server.port}\n`)
