import { z } from 'zod';
import { DriveCommands, DriveStateMessage, type DriveDescription } from '../contracts/index.ts';

/** W3C Thing Description 1.1: what a drive reads and does, from the same schemas as everything else. */
export function thingOf(drive: DriveDescription): Readonly<Record<string, unknown>> {
  const base = `${drive.url.replace(/\/$/, '')}/v1/drives/${drive.drive}/`;
  return {
    '@context': ['https://www.w3.org/2022/wot/td/v1.1', { '@language': 'en' }],
    id: `urn:kmotion:${drive.site}:${drive.drive}`,
    title: drive.drive,
    description: `${drive.profile.title}, one axis in ${drive.axis.unit}`,
    base,
    securityDefinitions: { bearer: { scheme: 'bearer', in: 'header', name: 'Authorization' } },
    security: 'bearer',
    properties: {
      state: {
        ...schemaOf(DriveStateMessage),
        readOnly: true,
        observable: false,
        forms: [{ href: 'state', op: 'readproperty', contentType: 'application/json' }],
      },
    },
    actions: Object.fromEntries(
      Object.entries(DriveCommands)
        .filter(([command]) => drive.capabilities.includes(command))
        .map(([command, schema]) => [command, actionOf(command, schema)]),
    ),
  };
}

function actionOf(command: string, schema: z.ZodType): Readonly<Record<string, unknown>> {
  return {
    input: schemaOf(schema),
    idempotent: command === 'stop',
    forms: [{ href: `commands/${command}`, op: 'invokeaction', contentType: 'application/json' }],
  };
}

function schemaOf(schema: z.ZodType): Readonly<Record<string, unknown>> {
  const { $schema: _dialect, ...rest } = z.toJSONSchema(schema, { target: 'draft-7', reused: 'inline' });
  return rest;
}
