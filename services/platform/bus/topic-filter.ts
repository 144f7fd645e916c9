/** Whether a topic is one of those a filter names: `+` is one level, `#` at the end any number, `$` topics only by name. */
export function matchesFilter(filter: string, topic: string): boolean {
  return matchesLevels(filter.split('/'), topic.split('/'));
}

/** The same for a filter and a topic that have been taken apart at their slashes. */
export function matchesLevels(wanted: readonly string[], levels: readonly string[]): boolean {
  if (levels[0]?.startsWith('$') === true && (wanted[0] === '#' || wanted[0] === '+')) return false;
  const open = wanted.indexOf('#');
  const fixed = open === -1 ? wanted : wanted.slice(0, open);
  const isLongEnough = open === -1 ? levels.length === wanted.length : levels.length >= fixed.length;
  return isLongEnough && fixed.every((level, index) => level === '+' || level === levels[index]);
}

/** Whether some topic could match both filters: a broker may then send one message twice. */
export function overlaps(one: string, other: string): boolean {
  const [a, b] = [one.split('/'), other.split('/')];
  for (let index = 0; index < Math.max(a.length, b.length); index++) {
    const [left, right] = [a[index], b[index]];
    if (left === '#' || right === '#') return true;
    if (left === undefined || right === undefined) return false;
    if (left !== '+' && right !== '+' && left !== right) return false;
  }
  return true;
}

/** A topic that may be published to: no wildcard, no NUL, not one of the broker's own, of bounded length. */
export function isPlainTopic(topic: string): boolean {
  return topic.length > 0 && topic.length <= 512 && !/[+#\0]/.test(topic) && !topic.startsWith('$');
}
