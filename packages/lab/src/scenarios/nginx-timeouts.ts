import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { defineScenario } from '../scenario.ts'

export const nginxTimeouts = defineScenario({
  name: 'nginx-timeouts',
  cause: 'idle-timeout-reset',
  explain:
    'nginx with reset_timedout_connection: clients that stop in the middle of their request are reset at a fixed age; complete requests are served.',
  needs: ['nginx'],
  kernel: 'TCP_STATE',
  async run(stage) {
    const { random } = stage
    const { client, server } = await stage.pair(random.pick([4, 6]))
    const port = random.int(1024, 32_000)
    const configuration = join(stage.scratch, 'nginx.conf')
    writeFileSync(
      configuration,
      `daemon off; master_process off; pid ${stage.scratch}/nginx.pid; error_log stderr info;
events { worker_connections 512; }
http {
  access_log off;
  client_body_temp_path ${stage.scratch}/body;
  proxy_temp_path ${stage.scratch}/proxy;
  fastcgi_temp_path ${stage.scratch}/fastcgi;
  uwsgi_temp_path ${stage.scratch}/uwsgi;
  scgi_temp_path ${stage.scratch}/scgi;
  reset_timedout_connection on;
  client_header_timeout ${random.int(2, 3)}s;
  keepalive_timeout 30s;
  server { listen ${server.at(port)}; location / { return 200 "ok\\n"; } }
}
`,
    )
    stage.system(server, 'nginx', ['-c', configuration, '-p', stage.scratch])
    const mobile = stage.node(client, 'stalling-client.mjs', {
      host: server.address,
      port,
      connections: random.int(8, 20),
      gapMs: random.int(80, 250),
    })
    await mobile.wait('ready')
    await stage.record(server, client)
    mobile.say('go')
    await mobile.wait('done')
    await stage.settle()
    return [{ cause: 'idle-timeout-reset', resetBy: 'server', connections: mobile.told('reset').length }]
  },
})
