/**
 * The first `length` bytes of a buffer that is filled again and again, as a view: made once for each length, because to
 * make one costs more than to judge the bytes in it.
 */
export function beginningsOf(buffer: Buffer): (length: number) => Buffer {
  const views: Buffer[] = [];
  return (length) => (views[length] ??= buffer.subarray(0, length));
}
