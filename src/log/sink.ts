/** Where log lines go: a file or stderr, synchronously, so that a crash loses none. */
import { closeSync, fchmodSync, fstatSync, mkdirSync, openSync, writeSync } from 'node:fs'
import { dirname } from 'node:path'

const stderr = 2
/** How often a full pipe is tried again, 1 ms apart, before its line is given up. */
const patience = 1000

export interface Sink {
  /** Never throws. */
  write(line: string): void
  close(): void
}

/**
 * Opens the file for appending, its folder made, both readable by their owner alone. Throws what the file system says.
 *
 * Not pino's own destination: on a full disk that keeps every line in memory, and its flush never returns.
 */
export function openSink(file: string | undefined): Sink {
  const fd = file === undefined ? stderr : openFile(file)
  let open = true
  let failing = false
  return {
    write(line) {
      if (!open) return
      try {
        writeAll(fd, Buffer.from(line))
        failing = false
      } catch (error) {
        // Said once, not with every line, until one gets through again.
        if (!failing && fd !== stderr)
          complain(`log lines are lost, ${file} cannot be written: ${String(error)}`)
        failing = true
      }
    },
    close() {
      if (open && fd !== stderr) closeSync(fd)
      open = false
    },
  }
}

function openFile(file: string): number {
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 })
  const fd = openSync(file, 'a', 0o600)
  const found = fstatSync(fd)
  // One that was there keeps its mode, and may be a device, or another user's.
  if (found.isFile() && found.uid === process.geteuid?.()) fchmodSync(fd, 0o600)
  return fd
}

function writeAll(fd: number, bytes: Buffer): void {
  let left = bytes
  for (let tries = 0; left.length > 0;) {
    try {
      left = left.subarray(writeSync(fd, left))
    } catch (error) {
      // A pipe that was set to non-blocking by whoever shares it, and whose reader is slow.
      const full = error instanceof Error && 'code' in error && error.code === 'EAGAIN'
      if (!full || ++tries > patience) throw error
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1)
    }
  }
}

/** The last resort when the log itself fails: stderr, by hand. */
export function complain(text: string): void {
  try {
    writeSync(stderr, `parley: ${text}\n`)
  } catch {
    // stderr is gone as well: nobody is left to be told.
  }
}
