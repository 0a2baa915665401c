import { hostname } from 'node:os';
import { join } from 'node:path';
import { threadId } from 'node:worker_threads';
import { OutputFile } from '../files/output-file.js';
import { maskedCrc32c } from './crc32c.js';
import { message, type Message } from './protobuf.js';
import { eventMessage, type EventContent } from './summaries.js';

let opened = 0;

/** A file of events in a folder that TensorBoard looks at: `tensorboard --logdir FOLDER`. */
export class EventFile {
  readonly #file: OutputFile;

  /** @throws AdjointError `FILE_UNWRITABLE` */
  constructor(directory: string) {
    const seconds = Math.floor(Date.now() / 1000);
    const own = [seconds, hostname(), process.pid, threadId, opened++].join('.');
    this.#file = new OutputFile(join(directory, `events.out.tfevents.${own}`));
    this.write({ fileVersion: 'brain.Event:2' });
  }

  get path(): string {
    return this.#file.path;
  }

  write(content: Omit<EventContent, 'wallTime'>): void {
    this.#file.append(recordOf(eventMessage({ wallTime: Date.now() / 1000, ...content })));
  }
}

/** A record of TensorFlow: the length, its checksum, the content, its checksum. */
export function recordOf(content: Message): Uint8Array {
  const length = new Uint8Array(8);
  new DataView(length.buffer).setBigUint64(0, BigInt(content.length), true);
  return message(length, checksumOf(length), content, checksumOf(content));
}

function checksumOf(content: Uint8Array): Uint8Array {
  const checksum = new Uint8Array(4);
  new DataView(checksum.buffer).setUint32(0, maskedCrc32c(content), true);
  return checksum;
}
