import type { FastifyRequest } from 'fastify';

type Field = string | number | null;

/** Whether the caller would rather have CSV than JSON. */
export const wantsCsv = ({ headers }: FastifyRequest): boolean => (headers.accept ?? '').includes('text/csv');

/** RFC 4180. What is missing is an empty field. */
export function csvOf(heads: readonly string[], rows: readonly (readonly Field[])[]): string {
  return [heads, ...rows].map((row) => `${row.map(quoted).join(',')}\r\n`).join('');
}

function quoted(field: Field): string {
  const text = field === null ? '' : String(field);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
