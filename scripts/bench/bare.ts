/** What RelayPlane is measured against: the least that a passthrough which reads its requests can do. */
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
    return new Response(response.body, { status: response.status, headers: response.headers })
  },
})
process.stdout.write(`${server.port}\n`)
