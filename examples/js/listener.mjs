// Registers itself at a rendezvous point, and stays until Ctrl-C or SIGTERM, so that others can find it and dial it.
//
//   node listener.mjs <the point's multiaddr>
import { multiaddr } from '@multiformats/multiaddr'
import { startNode } from './node.mjs'
import { onSession, recordOf, unregister } from './rendezvous.mjs'

const NAMESPACE = 'example-namespace'
const RETRY_SECONDS = 10

if (process.argv.length !== 3) {
  console.error("usage: node listener.mjs <the point's multiaddr, which ends in /p2p/ and its peer id>")
  process.exit(2)
}

const point = multiaddr(process.argv[2])
const { node, privateKey } = await startNode(['/ip4/127.0.0.1/tcp/0'])

// The point forgets who does not come again in time: half of it is early enough to try several times.
let refresh

async function register () {
  const { ttl } = await onSession(node, point, (session) => session.register(NAMESPACE, recordOf(node, privateKey)))
  refreshIn(ttl / 2)
}

function refreshIn (seconds) {
  refresh = setTimeout(() => register().catch((error) => {
    console.error(`Not refreshed: ${error.message}`)
    refreshIn(RETRY_SECONDS)
  }), seconds * 1000)
}

// A point that is not there now forgets the registration by itself, later.
async function stop () {
  clearTimeout(refresh)
  try {
    await unregister(node, point, NAMESPACE)
  } catch (error) {
    console.error(`Not unregistered: ${error.message}`)
  }

  await node.stop()
}

try {
  await register()
  console.log(`Registered to: ${NAMESPACE}`)
  process.once('SIGINT', stop)
  process.once('SIGTERM', stop)
} catch (error) {
  console.error(`Not registered: ${error.message}`)
  process.exitCode = 1
  await node.stop()
}
