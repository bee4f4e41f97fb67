/** Records the namespace at a path into a folder until it is killed; says when it has begun. */
import { startRecording } from '@whyreset/gather'

const [, , networkNamespace, directory] = process.argv
const none = { addresses: [], publishedPorts: [], logs: [], gcLogs: [] }
await startRecording({
  directory,
  targets: [{ name: 'client', kind: 'netns', spec: networkNamespace, networkNamespace, ...none }],
})
process.stdout.write('recording\n')
