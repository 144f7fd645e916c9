import { z } from 'zod';
import {
  LeadershipGrant,
  LeadershipRenewal,
  LeadershipRequest,
  LeadershipState,
  TakeOverReport,
} from '../leadership.ts';
import { LeaseReturn } from '../lease.ts';
import { LineTrigger, LineTriggerAnswer, Readiness, SiteMessage, StopReport } from '../site.ts';
import { StreamTopic } from '../stream.ts';
import { anything, ok, text, type Route } from './route.ts';

const service: readonly Route[] = [
  {
    method: 'get',
    path: '/healthz',
    id: 'health',
    tag: 'service',
    role: 'public',
    summary: 'Whether the process is alive',
    answers: [{ status: 200, description: 'Alive' }],
  },
  {
    method: 'get',
    path: '/readyz',
    id: 'readiness',
    tag: 'service',
    role: 'public',
    summary: 'Whether every configured part is ready',
    answers: [
      { status: 200, description: 'Ready', schema: Readiness },
      { status: 503, description: 'Not ready, with the reasons', schema: Readiness },
    ],
  },
  {
    method: 'get',
    path: '/metrics',
    id: 'metrics',
    tag: 'service',
    role: 'viewer',
    summary: 'Figures for Prometheus',
    answers: text('text/plain', 'Prometheus text format'),
  },
  {
    method: 'get',
    path: '/openapi.json',
    id: 'openApi',
    tag: 'service',
    role: 'public',
    summary: 'This document',
    answers: ok(anything, 'OpenAPI 3.1'),
  },
  {
    method: 'get',
    path: '/asyncapi.json',
    id: 'asyncApi',
    tag: 'service',
    role: 'public',
    summary: 'The MQTT side, described',
    answers: ok(anything, 'AsyncAPI 3.0'),
  },
  {
    method: 'get',
    path: '/docs',
    id: 'docs',
    tag: 'service',
    role: 'public',
    summary: 'A page to read this document on',
    answers: text('text/html', 'A page'),
  },
];

const site: readonly Route[] = [
  {
    method: 'get',
    path: '/v1/site',
    id: 'site',
    tag: 'site',
    role: 'viewer',
    summary: 'Lines, drives and groups with their health',
    answers: ok(SiteMessage, 'The site'),
  },
  {
    method: 'post',
    path: '/v1/stop',
    id: 'stopAll',
    tag: 'site',
    role: 'viewer',
    summary: 'Stop every axis. Not an emergency stop: no software on a network is one',
    answers: ok(StopReport, 'Who was seen at rest, who was not, and who could not be reached'),
  },
  {
    method: 'post',
    path: '/v1/orchestrator/take-over',
    id: 'takeOver',
    tag: 'site',
    role: 'engineer',
    summary: 'Let this orchestrator command, which stands by; the one that did is refused from then on',
    answers: ok(TakeOverReport, 'Which lines it has taken'),
    problems: ['unsupported'],
  },
  {
    method: 'get',
    path: '/v1/stream',
    id: 'stream',
    tag: 'site',
    role: 'viewer',
    summary: 'Server-sent events: a snapshot, then each change',
    query: {
      topics: {
        schema: z.string(),
        description: `Comma-separated: ${StreamTopic.options.join(', ')}; all when left out`,
      },
    },
    answers: text('text/event-stream', 'Events whose names and schemas are those of StreamSnapshot and its parts'),
  },
];

const line: readonly Route[] = [
  {
    method: 'get',
    path: '/v1/lines/{line}',
    id: 'line',
    tag: 'line',
    role: 'viewer',
    summary: 'Counters of a line: round trips, errors, utilisation',
    answers: ok(anything, 'The counters'),
    problems: ['notFound', 'unreachable'],
  },
  {
    method: 'post',
    path: '/v1/lines/{line}/trigger',
    id: 'triggerLine',
    tag: 'line',
    role: 'operator',
    summary:
      'Start the armed drives of a line by one frame (on the device process of the line, not on the orchestrator)',
    body: LineTrigger,
    answers: ok(LineTriggerAnswer, 'Who started'),
    problems: ['notFound', 'notArmed', 'offline', 'fenced'],
  },
];

const leadership = { path: '/v1/lines/{line}/leadership', tag: 'line', role: 'engineer' } as const;

/** On the device process of the line: what orchestrators say to it, where a site has more than one. */
const leading: readonly Route[] = [
  {
    ...leadership,
    method: 'get',
    id: 'leadership',
    role: 'viewer',
    summary: 'Which orchestrator a line obeys (on the device process of the line)',
    answers: ok(LeadershipState, 'Who leads, and until when'),
    problems: ['notFound'],
  },
  {
    ...leadership,
    method: 'post',
    id: 'takeLeadership',
    summary: 'From now on the line obeys this orchestrator; the token fences every other (on the device process)',
    body: LeadershipRequest,
    answers: [{ status: 201, description: 'The fencing token', schema: LeadershipGrant }],
    problems: ['notFound', 'leaseHeld'],
  },
  {
    ...leadership,
    method: 'put',
    id: 'renewLeadership',
    summary: 'Go on leading (on the device process)',
    body: LeadershipRenewal,
    answers: ok(LeadershipGrant, 'The same token'),
    problems: ['notFound', 'fenced'],
  },
  {
    ...leadership,
    method: 'delete',
    id: 'giveLeadershipBack',
    summary: 'Lead no more (on the device process)',
    body: LeaseReturn,
    answers: [{ status: 204, description: 'Done' }],
    problems: ['notFound', 'fenced'],
  },
];

export const siteRoutes: readonly Route[] = [...service, ...site, ...line, ...leading];
