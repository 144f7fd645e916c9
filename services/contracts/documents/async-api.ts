import { topicsOf } from '../topics.ts';
import { channelsOf, type Channel } from './channels.ts';
import { namedSchemas, type Json } from './json-schemas.ts';

const upperFirst = (word: string): string => word.charAt(0).toUpperCase() + word.slice(1);

/** The MQTT side as an AsyncAPI 3.0 document, for one root of topics. */
export function asyncApiDocument(about: {
  readonly version: string;
  readonly root?: string;
  readonly broker?: string;
}): Json {
  const channels = channelsOf(topicsOf(about.root ?? 'kmotion'));
  const { host, protocol } = new URL(about.broker ?? 'mqtt://127.0.0.1:1883');
  return {
    asyncapi: '3.0.0',
    info: {
      title: 'kpower-motion',
      version: about.version,
      description:
        'MQTT 5 where the broker speaks it, 3.1.1 otherwise. Commands are never retained and expire; an MQTT 5 response topic and correlation data are honoured.',
      license: { name: 'Apache-2.0' },
    },
    defaultContentType: 'application/json',
    servers: {
      broker: { host, protocol: protocol.replace(':', ''), description: 'the embedded broker, or any other' },
    },
    channels: Object.fromEntries(channels.map((channel) => [channel.name, describe(channel)])),
    operations: Object.fromEntries(
      channels.map((channel) => [`${channel.action}${upperFirst(channel.name)}`, operation(channel)]),
    ),
    components: {
      schemas: namedSchemas('draft-7'),
      messages: Object.fromEntries(channels.map(({ name, summary, payload }) => [name, { name, summary, payload }])),
    },
  };
}

const describe = ({ name, address, summary }: Channel): Json => ({
  address,
  description: summary,
  messages: { [name]: { $ref: `#/components/messages/${name}` } },
  parameters: Object.fromEntries(
    [...address.matchAll(/\{(\w+)\}/g)].map(([, word = '']) => [word, { description: `Id of the ${word}` }]),
  ),
});

const operation = ({ name, action, retain, reply }: Channel): Json => ({
  action,
  channel: { $ref: `#/channels/${name}` },
  messages: [{ $ref: `#/channels/${name}/messages/${name}` }],
  bindings: { mqtt: { qos: 1, retain, bindingVersion: '0.2.0' } },
  ...(reply !== undefined && {
    reply: { channel: { $ref: `#/channels/${reply}` }, messages: [{ $ref: `#/channels/${reply}/messages/${reply}` }] },
  }),
});
