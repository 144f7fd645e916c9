import { Parser } from '@asyncapi/parser';
import { Validator } from '@seriousme/openapi-schema-validator';
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { asyncApiDocument, DriveCommands, GroupCommands, openApiDocument } from '../../../services/contracts/index.ts';
import { generatedFiles } from '../../../services/contracts/documents/generated-files.ts';

const read = (path: string): string => readFileSync(new URL(`../../../${path}`, import.meta.url), 'utf8');
const { version } = JSON.parse(read('package.json')) as { version: string };

test.each(Object.entries(generatedFiles(version)))('%s is committed as it is generated now', (name, text) => {
  // when it is not: npm run contract
  expect(read(`services/contracts/generated/${name}`)).toBe(text);
});

test('the OpenAPI document is valid OpenAPI 3.1', async () => {
  const validator = new Validator();
  const { valid, errors } = await validator.validate(generatedFiles(version)['openapi.json']!);
  expect(errors ?? []).toEqual([]);
  expect(valid).toBe(true);
  expect(validator.version).toBe('3.1');
});

test('the AsyncAPI document is valid AsyncAPI 3.0 and every reference in it leads somewhere', async () => {
  const { document, diagnostics } = await new Parser().parse(generatedFiles(version)['asyncapi.json']!);
  expect(diagnostics).not.toContainEqual(expect.objectContaining({ severity: 0 }));
  expect(document?.version()).toBe('3.0.0');
});

test('every command has its route and its topic, with its own schema', () => {
  const paths = openApiDocument(version)['paths'] as Record<string, { post: { requestBody: object } }>;
  const { channels } = asyncApiDocument({ version }) as { channels: Record<string, { address: string }> };
  const addresses = Object.values(channels).map((channel) => channel.address);
  for (const command of Object.keys(DriveCommands)) {
    expect(paths[`/v1/drives/{drive}/commands/${command}`]?.post.requestBody).toBeDefined();
    expect(addresses).toContain(`kmotion/drives/{drive}/commands/${command}`);
  }
  for (const command of Object.keys(GroupCommands)) {
    expect(paths[`/v1/groups/{group}/commands/${command}`]?.post.requestBody).toBeDefined();
    expect(addresses).toContain(`kmotion/groups/{group}/commands/${command}`);
  }
});

test('units and the refusal of unknown fields survive into both documents', () => {
  for (const document of [openApiDocument(version), asyncApiDocument({ version })]) {
    const { schemas } = document['components'] as { schemas: Record<string, Record<string, unknown>> };
    expect(schemas['MoveAbsolute']).toMatchObject({
      additionalProperties: false,
      properties: { position: { type: 'number', 'x-unit': 'axis unit' } },
      required: ['position'],
    });
  }
});

test('stopping asks for no more than the role viewer', () => {
  const paths = openApiDocument(version)['paths'] as Record<string, { post?: { 'x-role': string } }>;
  for (const path of ['/v1/stop', '/v1/drives/{drive}/commands/stop', '/v1/groups/{group}/commands/stop'])
    expect(paths[path]?.post?.['x-role']).toBe('viewer');
});

test('a site with another root and broker is described as it is', () => {
  const document = asyncApiDocument({ version, root: 'hall-3', broker: 'mqtts://broker.example:8883' });
  expect(document).toMatchObject({
    servers: { broker: { host: 'broker.example:8883', protocol: 'mqtts' } },
    channels: { driveState: { address: 'hall-3/drives/{drive}/state' } },
  });
});
