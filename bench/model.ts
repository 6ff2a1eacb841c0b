/**
 * The stand-in model as a process of its own, as a real model is: in the process that is measured, its work
 * would count as Parley's. Tells its address by IPC; ends when its parent hangs up.
 */
import { startStandIn } from '../src/demo/stand-in.ts'

const standIn = await startStandIn()
process.once('disconnect', () => void standIn.close())
process.send?.({ url: standIn.url })
