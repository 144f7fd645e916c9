import { asyncApiDocument } from './async-api.ts';
import { openApiDocument } from './open-api.ts';

const print = (document: object): string => `${JSON.stringify(document, null, 2)}\n`;

/** The committed documents by file name, byte for byte. */
export function generatedFiles(version: string): Readonly<Record<string, string>> {
  return { 'openapi.json': print(openApiDocument(version)), 'asyncapi.json': print(asyncApiDocument({ version })) };
}
